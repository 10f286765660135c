import { FrameBatch } from 'libframeio';
import { parseIp, parseMac } from 'libframeio/headers';
import { describe, expect, it } from 'vitest';
import { recorded } from './recorded.fixture.ts';
import { Answering } from './respond.ts';
import { ANSWER_EXTRA, Responder } from './responder.ts';

const host = () =>
  new Responder({
    mac: parseMac('02:75:6e:65:74:02'),
    ipv4: parseIp('10.62.0.2'),
    ipv6: parseIp('fd62::2'),
  });

function batchOf(names: readonly string[]): FrameBatch {
  const batch = new FrameBatch({ frames: 8, frameSize: 1518 + ANSWER_EXTRA });
  for (const name of names) batch.push(recorded(name));
  return batch;
}

const bytes = (frames: Iterable<Uint8Array>) => Array.from(frames, (frame) => [...frame]);

describe('a batch is answered in place', () => {
  it('when every frame has an answer', () => {
    const batch = batchOf(['arpRequest', 'solicitation']);
    new Answering(host()).answer(batch);
    expect(bytes(batch)).toEqual(bytes([recorded('arpReply'), recorded('advertisement')]));
  });

  it('when frames between have none', () => {
    const batch = batchOf(['arpReply', 'solicitation', 'echoReply6', 'echoReply', 'arpRequest']);
    new Answering(host()).answer(batch);
    expect(bytes(batch)).toEqual(bytes([recorded('advertisement'), recorded('arpReply')]));
  });

  it('when none has one', () => {
    const batch = batchOf(['arpReply', 'advertisement']);
    new Answering(host()).answer(batch);
    expect(batch.count).toBe(0);
  });

  it('again and again', () => {
    const answering = new Answering(host());
    const batch = batchOf([]);
    for (let i = 0; i < 3; i++) {
      batch.reset();
      batch.push(recorded('arpReply'));
      batch.push(recorded('arpRequest'));
      answering.answer(batch);
      expect(bytes(batch)).toEqual(bytes([recorded('arpReply')]));
    }
  });

  it('with every nth answer lost, if that is wanted', () => {
    const batch = batchOf(['arpRequest', 'solicitation', 'arpReply', 'arpRequest', 'solicitation']);
    new Answering(host(), 2).answer(batch);
    expect(bytes(batch)).toEqual(bytes([recorded('arpReply'), recorded('arpReply')]));
  });
});
