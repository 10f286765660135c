/**
 * The tables of a script, which bash and zsh read alike: what may follow which words, and the
 * beginning of a function with the words that a property can be, whose end is the shell's own.
 */
export function placesAndValues(places: readonly string[], values: readonly string[]): string {
  return `# What may follow these words.
_unetadm_place() {
	case $1 in
${places.join('\n')}
	*) return 1 ;;
	esac
}

# The words that a property can be.
_unetadm_values() {
	case $1 in
${values.join('\n')}`;
}
