import { type HkKsnamed, type HostedControl, SysError } from 'libsys';
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

/** The statistics of a hosted kernel. */
export class HostedKstat implements KstatReader {
  readonly #hosted: HostedControl;
  readonly #onClose: () => void;
  #open = true;

  /** @param hosted borrowed. */
  constructor(hosted: HostedControl, onClose: () => void) {
    this.#hosted = hosted;
    this.#onClose = onClose;
  }

  list(filter: KstatFilter = {}): Kstat[] {
    this.#check();
    return this.#hosted
      .kstatList()
      .kstats.filter((kstat) => kstat.type === TYPE_NAMED && matches(kstat, filter))
      .map(({ module, instance, name, class: group, kid, crtime }) => ({
        module,
        instance,
        name,
        class: group,
        kid,
        crtime,
      }));
  }

  read(kstat: Kstat): KstatData {
    this.#check();
    const { crtime, snaptime, data } = this.#hosted.kstatRead(kstat.kid);
    return { crtime, snaptime, data: new Map(data.map((one) => [one.name, namedValue(one)])) };
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

  #check(): void {
    if (!this.#open) {
      throw new SysError({ code: 'EBADF', syscall: 'kstat', text: 'is closed' });
    }
  }
}
