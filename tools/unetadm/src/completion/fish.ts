import { ASK_ZONES, ASKED, ASSIGNMENTS, type Place, type Source } from './place.ts';
import { quote } from './quote.ts';

/** How fish asks for the candidates of a source. */
function ask(source: Source): string {
  const [kind = '', ...words] = source.split(' ');
  switch (kind) {
    case 'words':
      return quote(words.join(' '));
    case 'list':
      return quote(`(__unetadm_list ${words.join(' ')})`);
    case 'link':
    case 'recorded-link':
      return quote(`(unetadm ${ASKED[kind].join(' ')} 2>/dev/null)`);
    case 'zone':
      return quote('(__unetadm_zones)');
    case 'user':
      return quote('(__fish_complete_users)');
    case 'directory':
      return quote('(__fish_complete_directories)');
    case 'file':
      return quote('(__fish_complete_path)');
    case 'assignments':
      return quote('(__unetadm_assignments)');
    default:
      return quote('');
  }
}

const complete = (condition: string, rest: string): string =>
  `complete -c unetadm -n ${quote(condition)} ${rest}`;

const about = (text: string): string => (text === '' ? '' : ` -d ${quote(text)}`);

function linesOf({ path, next, options, operands }: Place): string[] {
  const words = path.map((word) => ` ${word}`).join('');
  const takers = options.flatMap(({ flags, argument }) => (argument === undefined ? [] : flags));
  const counted = (low: number, high: number): string =>
    `__unetadm_operands ${low} ${high} ${quote(takers.join(' '))}${words}`;
  return [
    ...[...next].map(([word, text]) =>
      complete(`__unetadm_next${words}`, `-a ${quote(word)}${about(text)}`),
    ),
    ...options.map(({ flags, about: text, argument }) => {
      const names = flags.map((flag) =>
        flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`,
      );
      const taken = argument === undefined ? '' : ` -x -a ${ask(argument)}`;
      return complete(counted(0, OPTIONS), `${names.join(' ')}${taken}${about(text)}`);
    }),
    ...operands.map(({ source, repeat }, i) =>
      complete(counted(i, repeat ? FOR_EVER : i), `-a ${ask(source)}`),
    ),
  ];
}

/** More operands than anybody types, and the sign that options may still come. */
const FOR_EVER = 999;
const OPTIONS = -1;

/** A script for fish, 3.4 or later. */
export function fishScript(places: readonly Place[]): string {
  const values = [...ASSIGNMENTS]
    .filter(([, words]) => words.length > 0)
    .flatMap(([name, words]) => [
      `        case ${name}`,
      `            printf '%s\\n' "$before$name="${`{${words.join(',')}}`}`,
    ]);
  return `# Completion of unetadm for fish. "unetadm completion fish" prints this.

# Whether the line is at the end of these words.
function __unetadm_next
    set -l tokens (commandline -opc)
    test "$tokens[2..]" = "$argv"
end

# Whether the line has these words, and from so many to so many operands behind them; to -1: none,
# and options may still come.
function __unetadm_operands -a low high takers
    set -l tokens (commandline -opc)
    set -l path $argv[4..]
    set -l last (math (count $path) + 1)
    test (count $tokens) -ge $last; or return 1
    test "$tokens[2..$last]" = "$path"; or return 1
    set -e tokens[1..$last]
    set -l operands 0
    set -l waiting 0
    set -l ended 0
    for token in $tokens
        if test $waiting = 1
            set waiting 0
        else if test $ended = 0; and test "$token" = --
            set ended 1
        else if test $ended = 0; and string match -q -- '--*' $token
            contains -- $token (string split ' ' -- $takers); and set waiting 1
        else if test $ended = 0; and string match -q -- '-?*' $token
            set -l letters (string split '' -- (string sub -s 2 -- $token))
            for i in (seq (count $letters))
                if contains -- -$letters[$i] (string split ' ' -- $takers)
                    test $i = (count $letters); and set waiting 1
                    break
                end
            end
        else
            set ended 1
            set operands (math $operands + 1)
        end
    end
    if test $high = ${OPTIONS}
        # They end with the first operand, and with --.
        test $ended = 0
        return
    end
    test $operands -ge $low; and test $operands -le $high
end

# What is being typed, without an option in front of it.
function __unetadm_token
    commandline -ct | string replace -r '^--[^=]*=' ''
end

# Words with commas between.
function __unetadm_list
    set -l before (__unetadm_token | string match -r '.*,'; or echo '')
    printf '%s\\n' "$before"$argv
end

# The names of zones.
function __unetadm_zones
    ${ASK_ZONES.replace('||', '; or')}
end

# Properties and their values, with commas between.
function __unetadm_assignments
    set -l token (__unetadm_token)
    set -l before (string match -r '.*,' -- "$token"; or echo '')
    set -l part (string replace -r '.*,' '' -- "$token")
    set -l name (string match -r '^[^=]*(?==)' -- "$part"; or echo '')
    switch "$name"
        case ''
            printf '%s=\\n' "$before"{${[...ASSIGNMENTS.keys()].join(',')}}
        case owner
            printf '%s\\n' "$before$name="(__fish_complete_users | string replace -r '\\t.*' '')
        case zone
            printf '%s\\n' "$before$name="(__unetadm_zones)
        case group
            printf '%s\\n' "$before$name="(__fish_complete_groups | string replace -r '\\t.*' '')
${values.join('\n')}
    end
end

complete -c unetadm -e
complete -c unetadm -f
${places.flatMap(linesOf).join('\n')}
`;
}
