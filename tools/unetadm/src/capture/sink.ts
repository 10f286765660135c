import { type FileHandle, open } from 'node:fs/promises';

/** Where a capture goes; waits as long as that is busy. */
export interface Sink {
  /** @throws the system's error */
  write(piece: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** A file, made anew; `-` is standard output. */
export async function openSink(path: string): Promise<Sink> {
  return path === '-' ? standardOutput() : fileSink(await open(path, 'w'));
}

function fileSink(file: FileHandle): Sink {
  return {
    write: (piece) => file.appendFile(piece),
    close: () => file.close(),
  };
}

/** What goes wrong there is told to the program, which ends then. */
function standardOutput(): Sink {
  return {
    write: (piece) =>
      new Promise((resolve) => {
        process.stdout.write(piece, () => resolve());
      }),
    close: () => Promise.resolve(),
  };
}
