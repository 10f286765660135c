import { SysError, type SysErrorInit, shareClass } from 'libsys';
import { UNET_ERRNOS, type UnetErrno, type UnetPropName } from 'libsys/unet-abi';

/** What a {@link UnetError} is made of. */
export interface UnetErrorInit extends SysErrorInit {
  /** The driver's own number of the cause; 0: it gave none. */
  readonly unetErrno?: number;
  /** The property that was refused. */
  readonly property?: UnetPropName | undefined;
  /** The process that holds the link. */
  readonly holder?: number | undefined;
}

/**
 * A request to the driver that failed. {@link code} is the errno's name; {@link unetCode} is the
 * driver's own, more precise one, e.g. `'MTU'`, where it gave one, and its text is the message.
 *
 * @see kernel/unet/sys/unet.h UNET_ERRNO_MAP
 */
export class UnetError extends SysError {
  static {
    shareClass(UnetError, 'libunet.UnetError');
  }

  readonly unetCode?: UnetErrno['name'];
  readonly property?: UnetPropName;
  /** Process id of the link's holder, where that is the reason. */
  readonly holder?: number;

  constructor(init: UnetErrorInit) {
    const known = init.unetErrno ? UNET_ERRNOS[init.unetErrno] : undefined;
    const text = init.text ?? known?.text;
    const about = init.property === undefined || text === undefined ? '' : `${init.property}: `;
    super({ ...init, text: text === undefined ? undefined : `${about}${text}` });
    if (known !== undefined) this.unetCode = known.name;
    if (init.property !== undefined) this.property = init.property;
    if (init.holder !== undefined) this.holder = init.holder;
  }
}

/** Tells whether something thrown is a {@link UnetError}, of the code given if there is one. */
export function isUnetError(error: unknown, code?: string): error is UnetError {
  return error instanceof UnetError && (code === undefined || error.code === code);
}
