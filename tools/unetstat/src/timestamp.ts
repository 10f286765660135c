import { addressOf, loadLibrary, type Prototype } from 'libsys';

/** As date(1) has it in the C locale. */
const DATE = '%a %b %e %H:%M:%S %Z %Y';

/** The C library's own names of time zones: JavaScript knows those of one country only. */
interface TimeNative {
  tzset(): void;
  localtime_r(time: Uint8Array, tm: Uint8Array): bigint | number;
  strftime(text: number | bigint, size: number, format: string, tm: Uint8Array): bigint | number;
}

const PROTOTYPES: { readonly [K in keyof TimeNative]: Prototype } = {
  tzset: { result: 'void', params: [] },
  localtime_r: { result: 'uintptr_t', params: ['void *', 'void *'] },
  strftime: { result: 'uintptr_t', params: ['uintptr_t', 'uint64_t', 'const char *', 'void *'] },
};

/** More than a `struct tm` has anywhere. */
const TM_SIZE = 128;
const TEXT_SIZE = 128;

let native: TimeNative | undefined;

function date(seconds: number): string {
  native ??= loadLibrary<TimeNative>(undefined, PROTOTYPES);
  const time = Buffer.alloc(8);
  time.writeBigInt64LE(BigInt(seconds));
  const tm = Buffer.alloc(TM_SIZE);
  const text = Buffer.allocUnsafeSlow(TEXT_SIZE);
  native.tzset();
  native.localtime_r(time, tm);
  return text.toString('latin1', 0, Number(native.strftime(addressOf(text), TEXT_SIZE, DATE, tm)));
}

/**
 * The line in front of a report, as `-T` of vmstat and its like: `u`: seconds since 1970; `d`: what
 * date(1) prints in the C locale.
 *
 * @throws {LibraryError} there is no way to call C
 */
export function timestamp(form: 'u' | 'd', moment: Date): string {
  const seconds = Math.floor(moment.getTime() / 1000);
  return `${form === 'u' ? seconds : date(seconds)}\n`;
}
