import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import { hostAddresses, testFrame } from './host.fixture.ts';
import { repositoryFile } from './main-job/programs.ts';
import { recorded } from './responder/recorded.fixture.ts';
import { stageForEach } from './stage.fixture.ts';

const held = stageForEach();
const BROADCAST = new Uint8Array(6).fill(0xff);
const A = hostAddresses(0).mac;

interface Tools {
  missingTool(name: string): string | undefined;
}
const { missingTool } = (await import(repositoryFile('setup/tools.mjs').href)) as Tools;
const noTshark = missingTool('tshark');

async function capturing(...options: readonly string[]) {
  const { stage } = held;
  await stage.links('cap0');
  const port = stage.port('cap0');
  const file = join(stage.directory, 'cap0.pcapng');
  const program = stage.start('capture', ...options, 'cap0', file);
  await program.saw(`capture: cap0 to ${file}`);
  return { program, port, file };
}

/** What tshark reads in a capture: a line for each frame. */
function tshark(context: TestContext, file: string, ...fields: readonly string[]): string[] {
  if (noTshark !== undefined) context.skip(noTshark);
  const args = ['-n', '-r', file, '-T', 'fields', ...fields.flatMap((field) => ['-e', field])];
  const { stdout, status, stderr } = spawnSync('tshark', args, { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  return stdout.split('\n').filter(Boolean);
}

describe('capture', () => {
  it('writes what tshark reads, until Ctrl-C', async (context) => {
    const { program, port, file } = await capturing();
    const frames = ['arpRequest', 'echoRequest', 'solicitation', 'echoRequest6'].map((name) =>
      recorded(name),
    );
    for (const frame of frames) expect(port.send(frame)).toBe(true);
    while (held.stage.hosted.usage().mblks > 0n) await port.wait({}, 5); // all are read
    expect(await program.end('SIGINT')).toBe(0);
    expect(program.out).toContain('capture: 4 frames, 0 left out\n');
    const read = tshark(
      context,
      file,
      'frame.len',
      '_ws.col.Protocol',
      'eth.src',
      'frame.interface_name',
    );
    expect(read).toEqual([
      '60\tARP\t02:00:00:00:62:01\tcap0', // short frames are padded
      '60\tICMP\t02:00:00:00:62:01\tcap0',
      '86\tICMPv6\t02:00:00:00:62:01\tcap0',
      '78\tICMPv6\t02:00:00:00:62:01\tcap0',
    ]);
  });

  it('ends by itself after as many frames as were asked for', async (context) => {
    const { program, port, file } = await capturing('-c', '70');
    for (let mark = 1; mark <= 100; mark++) {
      while (!port.send(testFrame(BROADCAST, A, mark))) await port.wait({ writable: true }, 1000);
    }
    expect(await program.end()).toBe(0);
    expect(program.out).toContain('capture: 70 frames, 0 left out\n');
    const marks = tshark(context, file, 'data.data').map((data) =>
      Number.parseInt(data.slice(0, 4), 16),
    );
    expect(marks).toEqual(Array.from({ length: 70 }, (_, i) => i + 1));
  });

  it.each([
    [['cap0'], 'a link and a file are needed'],
    [['-c', '0', 'cap0', 'file'], '--count must be a whole number from 1 to 1000000000, not 0'],
  ])('refuses %j', async (args, text) => {
    const program = held.stage.start('capture', ...args);
    expect(await program.end()).toBe(2);
    expect(program.err).toBe(`capture: ${text}\nusage: capture [-c count] link file\n`);
  });

  it('says that a file cannot be written, and leaves the link alone', async () => {
    const { stage } = held;
    await stage.links('cap0');
    const program = stage.start('capture', 'cap0', '/nonexistent/file');
    expect(await program.end()).toBe(1);
    expect(program.err).toMatch(/^capture: ENOENT: .*\/nonexistent\/file'\n$/);
  });
});
