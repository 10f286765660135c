import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { missingTool } from './tools.ts';
import { Workbench } from './workbench.ts';

const bench = new Workbench();
const script = (shell: string): string => join(bench.dir, `completion.${shell}`);
beforeAll(async () => {
  expect(await bench.adm('create -p stack=none vpn0 web0')).toMatchObject({ exit: 0, err: '' });
  await bench.adm('create -t -p stack=none tmp0');
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { exit, out, err } = await bench.adm(`completion ${shell}`);
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    writeFileSync(script(shell), out);
  }
});
afterAll(() => bench.close());

/** Lines up to the cursor, and what may be there, in full words. */
const CASES: readonly (readonly [line: string, words: string])[] = [
  ['cr', 'create'],
  ['re', 'rename reset'],
  ['host sta', 'start status'],
  ['completion ', 'bash fish zsh'],
  ['help dest', 'destroy'],
  ['destroy ', 'tmp0 vpn0 web0'],
  ['destroy -f -- v', 'vpn0'],
  ['destroy vpn0 w', 'web0'],
  ['up ', 'vpn0 web0'],
  ['create new', ''],
  ['create --single', '--single-shot'],
  ['create -p lin', 'linger= linkstate='],
  ['create -tp mtu=9000,linkst', 'mtu=9000,linkstate='],
  ['create -p mtu=9000,linkstate=u', 'mtu=9000,linkstate=up'],
  ['create -t -p stack=', 'stack=auto stack=bus stack=none stack=tap'],
  ['create-unet --single', '--single-shot'],
  ['list -o link,st', 'link,stack link,state'],
  ['list --output=link,hol', '--output=link,holder'],
  ['list vpn0 --js', ''],
  ['get vpn0 maxs', 'maxsize'],
  ['get vpn0 mtu,maxs', 'mtu,maxsize'],
  ['set vpn0 linkstate=', 'linkstate=auto linkstate=down linkstate=up'],
  ['set vpn0 mtu=1500 owner=roo', 'owner=root'],
  ['reset -t vpn0 rxb', 'rxbuf'],
  ['create -u roo', 'root'],
];

/** What a shell answers to each of the lines, sorted. */
async function answers(shell: string, program: string): Promise<readonly (readonly string[])[]> {
  writeFileSync(join(bench.dir, `cases.${shell}`), program);
  const { out, err } = await bench.shell(`${shell} '${join(bench.dir, `cases.${shell}`)}'`);
  expect(err).toBe('');
  return out
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' ').filter(Boolean).sort());
}

const expected = CASES.map(([, words]) => words.split(' ').filter(Boolean));

describe.each(['bash', 'zsh', 'fish'])('%s', (shell) => {
  it('takes the script', async ({ skip }) => {
    const missing = missingTool(shell);
    if (missing !== undefined) {
      skip(missing);
    }
    expect(await bench.shell(`${shell} -n '${script(shell)}'`)).toMatchObject({ exit: 0, err: '' });
  });

  it('completes what is typed', async ({ skip }) => {
    const missing = missingTool(shell) ?? missingTool('tmux');
    if (missing !== undefined) {
      skip(missing);
    }
    const screen = new Screen(shell);
    await screen.open();
    try {
      for (const [typed, line] of TYPED) {
        await screen.type(`unetadm ${typed}`, `unetadm ${line}`);
      }
    } finally {
      await screen.close();
    }
  });
});

describe('all candidates', () => {
  it('in bash', async () => {
    // bash replaces what is behind the last = or : only; the words are whole here again.
    const found = await answers(
      'bash',
      `source '${script('bash')}'
       compopt() { :; }
       ${CASES.map(
         ([line]) => `
         COMP_LINE='unetadm ${line}' COMP_POINT=\${#COMP_LINE}
         _unetadm
         word=\${COMP_LINE##* } head=
         [[ $word == *[=:]* ]] && head=\${word%"\${word##*[=:]}"}
         echo "\${COMPREPLY[@]/#/$head}"`,
       ).join('')}`,
    );
    expect(found).toEqual(expected);
  });

  it('in fish', async ({ skip }) => {
    const missing = missingTool('fish');
    if (missing !== undefined) {
      skip(missing);
    }
    const found = await answers(
      'fish',
      `source '${script('fish')}'
       ${CASES.map(([line]) => `echo (complete -C 'unetadm ${line}' | string replace -r '\\t.*' '')\n`).join('')}`,
    );
    expect(found).toEqual(expected);
  });
});

/** What is typed before the tabulator, and the line after it; each has only one way to go on. */
const TYPED: readonly (readonly [typed: string, line: string])[] = [
  ['cre', 'create'],
  ['destroy v', 'destroy vpn0'],
  ['up w', 'up web0'],
  ['create --single', 'create --single-shot'],
  ['create -tp mtu=9000,linkst', 'create -tp mtu=9000,linkstate='],
  ['create -p mtu=9000,linkstate=u', 'create -p mtu=9000,linkstate=up'],
  ['list -o link,hol', 'list -o link,holder'],
  ['get vpn0 maxs', 'get vpn0 maxsize'],
  ['set vpn0 mtu=1500 stack=b', 'set vpn0 mtu=1500 stack=bus'],
  ['host sto', 'host stop'],
];

const START: Readonly<Record<string, (file: string) => string>> = {
  bash: (file) => `bash --norc --noprofile -i\nPS1='> '; source '${file}'`,
  zsh: (file) =>
    `zsh -f -i\nPS1='> '; autoload -U compinit; compinit -u -d '${file}.dump'; source '${file}'`,
  fish: (file) =>
    `fish --no-config -i\nset -g fish_autosuggestion_enabled 0; function fish_prompt; printf '> '; end; source '${file}'`,
};

/** A shell in a terminal. */
class Screen {
  readonly #shell: string;
  readonly #name: string;

  constructor(shell: string) {
    this.#shell = shell;
    this.#name = join(bench.dir, `tmux.${shell}`);
  }

  async open(): Promise<void> {
    const [command = '', setup = ''] = (START[this.#shell]?.(script(this.#shell)) ?? '').split(
      '\n',
    );
    await this.#tmux(`-f /dev/null new-session -d -x 150 -y 50 "${command}"`);
    await this.#see(/\S/);
    await this.#keys(setup);
    await this.#tmux('send-keys Enter');
    await this.#see(/^> *$/);
  }

  /** Types something and the tabulator, waits for the line, and removes it. */
  async type(text: string, line: string): Promise<void> {
    await this.#keys(text);
    await this.#tmux('send-keys Tab');
    await this.#see(new RegExp(`^> ${line.replaceAll('.', '\\.')} *$`));
    await this.#tmux('send-keys C-u');
    await this.#see(/^> *$/);
  }

  async close(): Promise<void> {
    await this.#tmux('kill-server');
  }

  async #keys(text: string): Promise<void> {
    await this.#tmux(`send-keys -l -- "$TEXT"`, text);
  }

  /** Waits until the line that is typed at looks so. */
  async #see(line: RegExp): Promise<void> {
    await vi.waitFor(
      async () => {
        const { out } = await this.#tmux('capture-pane -p');
        const last = out.split('\n').findLast((text) => /^\S/.test(text)) ?? '';
        expect(last).toMatch(line);
      },
      { timeout: 30_000, interval: 20 },
    );
  }

  async #tmux(command: string, TEXT = '') {
    return await bench.shell(`tmux -S '${this.#name}' ${command}`, {
      env: { TEXT, HOME: bench.dir, TERM: 'xterm', SHELL: '/bin/sh' },
    });
  }
}
