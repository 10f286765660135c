import { type HkKsnamed, type HostedControl, type KstatData as HostedData, SysError } from 'libsys';
import {
  DATA,
  type Kstat,
  type KstatData,
  type KstatFilter,
  type KstatReader,
  matches,
  TYPE_NAMED,
} from './kstat.ts';

function namedValue({ type, value, string }: HkKsnamed): bigint | string {
  switch (type) {
    case DATA.CHAR:
    case DATA.STRING:
      return string;
    case DATA.INT32:
      return BigInt.asIntN(32, value);
    case DATA.UINT32:
      return BigInt.asUintN(32, value);
    case DATA.INT64:
      return BigInt.asIntN(64, value);
    default:
      return value;
  }
}

function namedData({ crtime, snaptime, data }: HostedData): KstatData {
  return { crtime, snaptime, data: new Map(data.map((one) => [one.name, namedValue(one)])) };
}

/** The statistics of a hosted kernel. */
export class HostedKstat implements KstatReader {
  readonly #hosted: HostedControl;
  readonly #onClose: () => void;
  /** What there was when the list was this one; most of the time it still is. */
  #chain: { readonly id: number; readonly kstats: readonly Kstat[] } | undefined;
  #open = true;

  /** @param hosted borrowed. */
  constructor(hosted: HostedControl, onClose: () => void) {
    this.#hosted = hosted;
    this.#onClose = onClose;
  }

  list(filter: KstatFilter = {}): Kstat[] {
    this.#check();
    if (this.#chain?.id !== this.#hosted.kstatChain()) {
      this.#chain = this.#readChain();
    }
    return this.#chain.kstats.filter((kstat) => matches(kstat, filter));
  }

  read(kstat: Kstat): KstatData {
    this.#check();
    return namedData(this.#hosted.kstatRead(kstat.kid));
  }

  readAll(kstats: readonly Kstat[]): (KstatData | undefined)[] {
    this.#check();
    return this.#hosted
      .kstatReadAll(kstats.map(({ kid }) => kid))
      .map((read) => (read === undefined ? undefined : namedData(read)));
  }

  close(): void {
    if (this.#open) {
      this.#open = false;
      this.#hosted.close();
      this.#onClose();
    }
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #readChain(): { readonly id: number; readonly kstats: readonly Kstat[] } {
    const { chainid, kstats } = this.#hosted.kstatList();
    const named = kstats
      .filter(({ type }) => type === TYPE_NAMED)
      .map(({ module, instance, name, class: group, kid, crtime }) =>
        Object.freeze({ module, instance, name, class: group, kid, crtime }),
      );
    return { id: chainid, kstats: named };
  }

  #check(): void {
    if (!this.#open) {
      throw new SysError({ code: 'EBADF', syscall: 'kstat', text: 'is closed' });
    }
  }
}
