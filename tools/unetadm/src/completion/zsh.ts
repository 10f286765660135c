import { ASK_ZONES, ASKED, ASSIGNMENTS, type Place } from './place.ts';
import { quote } from './quote.ts';
import { placesAndValues } from './shell-tables.ts';

const list = (words: readonly string[]): string => `(${words.map(quote).join(' ')})`;

/** A word and what it is about, as _describe wants them. */
const described = (word: string, about: string): string =>
  about === '' ? word : `${word}:${about}`;

function row({ path, next, options, operands }: Place): string {
  const flags = options.flatMap((option) =>
    option.flags.map((flag) => described(flag, option.about)),
  );
  const takers = options.flatMap(({ flags: names, argument }) =>
    argument === undefined ? [] : names.map((name) => `${name} ${argument}`),
  );
  return [
    `\t${quote(path.join(' '))})`,
    `\t\tnext=${list([...next].map(([word, about]) => described(word, about)))}`,
    `\t\tflags=${list(flags)}`,
    `\t\ttakers=${list(takers)}`,
    `\t\toperands=${list(operands.map(({ source }) => source))}`,
    `\t\tagain=${operands.at(-1)?.repeat === true ? 1 : 0} ;;`,
  ].join('\n');
}

/** A script for zsh, 5 or later: to be sourced, or found in `fpath` as `_unetadm`. */
export function zshScript(places: readonly Place[]): string {
  const values = [...ASSIGNMENTS]
    .filter(([, words]) => words.length > 0)
    .map(([name, words]) => `\t${name}) compadd -S '' -- ${words.map(quote).join(' ')} ;;`);
  return `#compdef unetadm
# Completion of unetadm for zsh. "unetadm completion zsh" prints this.

${placesAndValues(places.map(row), values)}
	esac
	case $1 in
	owner) _users ;;
	group) _groups ;;
	zone) compadd -S '' -- \${(f)"$(${ASK_ZONES})"} ;;
	esac
}

# Candidates from a source.
_unetadm_offer() {
	local source=$1
	case $source in
	link) compadd -- \${(f)"$(unetadm ${ASKED.link.join(' ')} 2>/dev/null)"} ;;
	recorded-link) compadd -- \${(f)"$(unetadm ${ASKED['recorded-link'].join(' ')} 2>/dev/null)"} ;;
	zone) compadd -- \${(f)"$(${ASK_ZONES})"} ;;
	user) _users ;;
	directory) _files -/ ;;
	file) _files ;;
	words\\ *) compadd -- \${=source#words } ;;
	list\\ *)
		compset -P '*,'
		compadd -S '' -- \${=source#list } ;;
	assignments)
		compset -P '*,'
		if compset -P '*\\='; then
			_unetadm_values \${\${IPREFIX%=}##*[,=]}
		else
			compadd -S '=' -- ${[...ASSIGNMENTS.keys()].join(' ')}
		fi ;;
	esac
}

# The source of an option's argument, in REPLY; nothing if it has none.
_unetadm_argument() {
	local known
	REPLY=''
	for known in $takers; do
		if [[ \${known%% *} == $1 ]]; then
			REPLY=\${known#* }
		fi
	done
}

# What a word that begins with - waits for, in REPLY.
_unetadm_waits() {
	local i
	if [[ $1 == --* ]]; then
		_unetadm_argument $1
		return
	fi
	for ((i = 2; i <= $#1; i++)); do
		_unetadm_argument "-\${1[i]}"
		if [[ -n $REPLY ]]; then
			((i == $#1)) || REPLY=''
			return
		fi
	done
}

_unetadm() {
	local -a next flags takers operands
	local again place='' at=2 word waiting='' ended='' operand=1 REPLY

	_unetadm_place ''
	while ((at < CURRENT)) && _unetadm_place "\${place:+$place }$words[at]"; do
		place="\${place:+$place }$words[at]"
		((at++))
	done
	if (($#next > 0)); then
		((at == CURRENT)) && _describe subcommand next
		return
	fi

	for (( ; at < CURRENT; at++)); do
		word=$words[at]
		if [[ -n $waiting ]]; then
			waiting=''
		elif [[ -z $ended && $word == -- ]]; then
			ended=1
		elif [[ -z $ended && $word == -?* ]]; then
			_unetadm_waits $word
			waiting=$REPLY
		else
			ended=1
			((operand++))
		fi
	done

	word=$words[CURRENT]
	if [[ -n $waiting ]]; then
		_unetadm_offer $waiting
	elif [[ -z $ended && $word == --*=* ]]; then
		_unetadm_argument \${word%%=*}
		compset -P 1 '*\\='
		_unetadm_offer $REPLY
	elif [[ -z $ended && $word == -* ]]; then
		_describe -o option flags
	elif ((operand <= $#operands)); then
		_unetadm_offer $operands[operand]
	elif ((again && $#operands > 0)); then
		_unetadm_offer $operands[-1]
	fi
}

if [[ $funcstack[1] == _unetadm ]]; then
	_unetadm "$@"
else
	compdef _unetadm unetadm
fi
`;
}
