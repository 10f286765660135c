import { ASK_ZONES, ASKED, ASSIGNMENTS, type Place } from './place.ts';
import { quote } from './quote.ts';
import { placesAndValues } from './shell-tables.ts';

const list = (words: readonly string[]): string => `(${words.map(quote).join(' ')})`;

function row({ path, next, options, operands }: Place): string {
  const flags = options.flatMap((option) => option.flags);
  const arguments_ = options.flatMap(({ flags: names, argument }) =>
    argument === undefined ? [] : names.map((name) => `${name} ${argument}`),
  );
  return [
    `\t${quote(path.join(' '))})`,
    `\t\tnext=${list([...next.keys()])}`,
    `\t\tflags=${list(flags)}`,
    `\t\targuments=${list(arguments_)}`,
    `\t\toperands=${list(operands.map(({ source }) => source))}`,
    `\t\trepeat=${operands.at(-1)?.repeat === true ? 1 : 0} ;;`,
  ].join('\n');
}

/** A script for bash, 4 or later. */
export function bashScript(places: readonly Place[]): string {
  const values = [...ASSIGNMENTS]
    .filter(([, words]) => words.length > 0)
    .map(([name, words]) => `\t${name}) echo ${quote(words.join(' '))} ;;`);
  return `# Completion of unetadm for bash. "unetadm completion bash" prints this.

${placesAndValues(places.map(row), values)}
	owner) compgen -u ;;
	group) compgen -g ;;
	zone) ${ASK_ZONES} ;;
	esac
}

# Which of these begin with what is there.
_unetadm_match() {
	local prefix=$1 cur=$2
	shift 2
	COMPREPLY=($(compgen -P "$prefix" -W "$*" -- "$cur"))
}

# Candidates from a source.
_unetadm_offer() {
	local source=$1 before=$2 cur=$3 part
	case $source in
	link) _unetadm_match "$before" "$cur" "$(unetadm ${ASKED.link.join(' ')} 2>/dev/null)" ;;
	recorded-link) _unetadm_match "$before" "$cur" "$(unetadm ${ASKED['recorded-link'].join(' ')} 2>/dev/null)" ;;
	zone) _unetadm_match "$before" "$cur" "$(${ASK_ZONES})" ;;
	user) _unetadm_match "$before" "$cur" "$(compgen -u)" ;;
	directory) compopt -o filenames; COMPREPLY=($(compgen -P "$before" -d -- "$cur")) ;;
	file) compopt -o filenames; COMPREPLY=($(compgen -P "$before" -f -- "$cur")) ;;
	words\\ *) _unetadm_match "$before" "$cur" "\${source#words }" ;;
	list\\ *)
		part=\${cur##*,}
		compopt -o nospace
		_unetadm_match "$before\${cur%"$part"}" "$part" "\${source#list }" ;;
	assignments)
		part=\${cur##*,}
		before+=\${cur%"$part"}
		compopt -o nospace
		if [[ $part == *=* ]]; then
			_unetadm_match "$before\${part%%=*}=" "\${part#*=}" "$(_unetadm_values "\${part%%=*}")"
		else
			_unetadm_match "$before" "$part" ${[...ASSIGNMENTS.keys()].map((name) => `${name}=`).join(' ')}
		fi ;;
	esac
}

# The source of an option's argument; nothing if it has none.
_unetadm_argument() {
	local known
	for known in "\${arguments[@]}"; do
		if [[ \${known%% *} == "$1" ]]; then
			echo "\${known#* }"
		fi
	done
}

# What a word that begins with - waits for.
_unetadm_waits() {
	local word=$1 i source
	if [[ $word == --* ]]; then
		_unetadm_argument "$word"
		return
	fi
	for ((i = 1; i < \${#word}; i++)); do
		source=$(_unetadm_argument "-\${word:i:1}")
		if [[ -n $source ]]; then
			((i + 1 == \${#word})) && echo "$source"
			return
		fi
	done
}

_unetadm() {
	local line=\${COMP_LINE:0:COMP_POINT}
	local -a words next flags arguments operands
	local repeat path='' at=1 last cur word waiting='' ended='' operand=0 source=''

	# Not COMP_WORDS: bash divides those at = and :, too.
	read -ra words <<<"$line"
	[[ $line == *[[:space:]] ]] && words+=('')
	last=$((\${#words[@]} - 1))
	cur=\${words[last]}
	COMPREPLY=()

	_unetadm_place ''
	while ((at < last)) && _unetadm_place "\${path:+$path }\${words[at]}"; do
		path="\${path:+$path }\${words[at]}"
		at=$((at + 1))
	done
	if ((\${#next[@]} > 0)); then
		((at == last)) && _unetadm_match '' "$cur" "\${next[@]}"
		return
	fi

	for (( ; at < last; at++)); do
		word=\${words[at]}
		if [[ -n $waiting ]]; then
			waiting=''
		elif [[ -z $ended && $word == -- ]]; then
			ended=1
		elif [[ -z $ended && $word == -?* ]]; then
			waiting=$(_unetadm_waits "$word")
		else
			ended=1
			operand=$((operand + 1))
		fi
	done

	if [[ -n $waiting ]]; then
		_unetadm_offer "$waiting" '' "$cur"
	elif [[ -z $ended && $cur == --*=* ]]; then
		_unetadm_offer "$(_unetadm_argument "\${cur%%=*}")" "\${cur%%=*}=" "\${cur#*=}"
	elif [[ -z $ended && $cur == -* ]]; then
		_unetadm_match '' "$cur" "\${flags[@]}"
	else
		if ((operand < \${#operands[@]})); then
			source=\${operands[operand]}
		elif ((repeat && \${#operands[@]} > 0)); then
			source=\${operands[\${#operands[@]} - 1]}
		fi
		_unetadm_offer "$source" '' "$cur"
	fi

	# Only what is behind the last of the characters that divide words is replaced.
	if [[ $cur == *[=:]* ]]; then
		word=\${cur%"\${cur##*[=:]}"}
		COMPREPLY=("\${COMPREPLY[@]#"$word"}")
	fi
}

complete -F _unetadm unetadm
`;
}
