const two = (number: number): string => `${number}`.padStart(2, '0');

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

function zoneName(moment: Date): string {
  const parts = new Intl.DateTimeFormat('en-US', { timeZoneName: 'short' }).formatToParts(moment);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
}

/**
 * The line in front of a report, as `-T` of vmstat and its like: `u`: seconds since 1970; `d`: what
 * date(1) prints in the C locale.
 */
export function timestamp(form: 'u' | 'd', moment: Date): string {
  if (form === 'u') {
    return `${Math.floor(moment.getTime() / 1000)}\n`;
  }
  const day = `${DAYS[moment.getDay()]} ${MONTHS[moment.getMonth()]}`;
  const date = `${moment.getDate()}`.padStart(2);
  const time = [moment.getHours(), moment.getMinutes(), moment.getSeconds()].map(two).join(':');
  return `${day} ${date} ${time} ${zoneName(moment)} ${moment.getFullYear()}\n`;
}
