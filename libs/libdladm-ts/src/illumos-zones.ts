import { lastErrno, SysError } from 'libsys';
import { toDladmError } from './errors.ts';
import { loadZones, type ZoneNative } from './libdladm-native.ts';
import { GLOBAL_ZONE, type Zone } from './zone.ts';

/** @see ZONENAME_MAX in illumos' sys/zone.h */
const ZONENAME_MAX = 64;

/** Room for zones that boot between two looks. */
const MORE = 8;

const LIBC = 'libc.so.1';

/** The zones of a real system that run: all of them, or in one of them only that. */
export class IllumosZones {
  readonly #file: string;
  #native: ZoneNative | undefined;

  /** @param file the C library, or what stands in for it. */
  constructor(file: string = LIBC) {
    this.#file = file;
  }

  /** Whether this process is in a zone other than the global one. */
  inZone(): boolean {
    return this.#libc().getzoneid() !== GLOBAL_ZONE.id;
  }

  /** By id, the global one first. */
  list(): readonly Zone[] {
    const libc = this.#libc();
    const count = Buffer.allocUnsafeSlow(4).fill(0);
    for (let room = MORE; ; room = count.readUInt32LE() + MORE) {
      const ids = Buffer.allocUnsafeSlow(4 * room);
      count.writeUInt32LE(room);
      if (libc.zone_list(ids, count) !== 0) {
        const error = new SysError({ errno: lastErrno(), syscall: 'zone_list' });
        throw toDladmError(error, 'zones', undefined);
      }
      const found = count.readUInt32LE();
      if (found > room) continue;
      return Array.from({ length: found }, (_, i) => ids.readInt32LE(4 * i))
        .sort((a, b) => a - b)
        .flatMap((id) => {
          const name = this.#nameOf(id);
          return name === undefined ? [] : [{ id, name }];
        });
    }
  }

  /** `undefined`: it has gone meanwhile. */
  #nameOf(id: number): string | undefined {
    const name = Buffer.allocUnsafeSlow(ZONENAME_MAX);
    const length = Number(this.#libc().getzonenamebyid(id, name, name.length));
    return length > 0 ? name.toString('utf8', 0, Math.min(length, name.length) - 1) : undefined;
  }

  #libc(): ZoneNative {
    this.#native ??= loadZones(this.#file);
    return this.#native;
  }
}
