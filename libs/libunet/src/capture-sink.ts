import { Writable } from 'node:stream';

/**
 * Where a capture goes: a node stream, a web stream, or a function that is given one piece after the
 * other. Each piece is memory of its own, to keep.
 */
export type CaptureTarget = Writable | WritableStream<Uint8Array> | ((piece: Uint8Array) => void);

/** A {@link CaptureTarget} as the capture uses it. */
export interface CaptureSink {
  /** Hands over a piece; `done` is called once, when the target has it or has failed. */
  write(piece: Uint8Array, done: (error?: unknown) => void): void;
  /** Ends the target when it has everything. */
  end(done: (error?: unknown) => void): void;
  /** Lets the target go as it is. */
  release(): void;
  /** Calls `failed` if the target fails or is closed by somebody else. */
  watch(failed: (error: unknown) => void): void;
}

/** @throws {TypeError} nothing that a capture can be written to */
export function captureSink(target: CaptureTarget): CaptureSink {
  if (typeof target === 'function') return functionSink(target);
  if (target instanceof Writable) return nodeSink(target);
  if (target instanceof WritableStream) return webSink(target);
  throw new TypeError('a capture goes to a Writable, a WritableStream or a function');
}

function functionSink(target: (piece: Uint8Array) => void): CaptureSink {
  return {
    write: (piece, done) => {
      try {
        target(piece);
      } catch (error) {
        done(error);
        return;
      }
      done();
    },
    end: (done) => done(),
    release: () => undefined,
    watch: () => undefined,
  };
}

function nodeSink(target: Writable): CaptureSink {
  let failed: (error: unknown) => void = () => undefined;
  const onError = (error: Error): void => failed(error);
  const onClose = (): void => failed(new Error('the stream was closed'));
  return {
    write: (piece, done) => {
      target.write(piece, done);
    },
    end: (done) => {
      target.off('close', onClose);
      target.end(done);
    },
    release: () => {
      target.off('close', onClose);
      target.off('error', onError);
    },
    watch: (callback) => {
      failed = callback;
      target.on('error', onError);
      target.on('close', onClose);
    },
  };
}

function webSink(target: WritableStream<Uint8Array>): CaptureSink {
  const writer = target.getWriter();
  let released = false;
  return {
    write: (piece, done) => void writer.write(piece).then(() => done(), done),
    end: (done) => void writer.close().then(() => done(), done),
    release: () => {
      // The promise below fails for this, too.
      released = true;
      writer.releaseLock();
    },
    watch: (failed) =>
      void writer.closed.catch((error: unknown) => {
        if (!released) failed(error);
      }),
  };
}
