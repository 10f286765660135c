import { type Fd, isSysError, type Kernel } from 'libsys';
import {
  encodeUnetProp,
  type Struct,
  UNET_ERRNOS,
  UNET_PROPS,
  type UnetErrnoName,
  type UnetIocHdr,
  type UnetIocProps,
  type UnetProp,
  type UnetPropName,
  type UnetPropValues,
  unetHdr,
  unetIocHdr,
  unetIocProps,
  unetPropNamed,
} from 'libsys/unet-abi';
import { causeText, failureText } from './failure-text.ts';
import { UnetError } from './unet-error.ts';

/** A control request under way: what to send, and what to say of it when it fails. */
export interface UnetRequest<T> {
  readonly kernel: Kernel;
  readonly fd: Fd;
  readonly command: number;
  readonly codec: Struct<T>;
  readonly value: Partial<T>;
  readonly op: string;
  readonly link: string | undefined;
}

/**
 * Makes a control request and returns its structure as the driver left it.
 *
 * @throws {UnetError} with the driver's own cause
 */
export function unetRequest<T extends { hdr: UnetIocHdr }>(request: UnetRequest<T>): T {
  const memory = request.codec.make(request.value);
  try {
    request.kernel.ioctl(request.fd, request.command, memory);
  } catch (error) {
    throw asUnetError(error, request, memory);
  }
  return request.codec.decode(memory);
}

/** Gives a failed request the cause that the driver wrote into its structure. */
function asUnetError<T>(error: unknown, request: UnetRequest<T>, memory: Uint8Array): unknown {
  if (!isSysError(error)) return error;
  const { errno: unetErrno } = unetIocHdr.decode(memory);
  return new UnetError({
    errno: error.errno,
    syscall: 'ioctl',
    op: request.op,
    link: request.link,
    unetErrno,
    property: badProperty(request, unetErrno, memory),
    // A descriptor of something else does not know the request at all.
    text: causeText(unetErrno, request.op) ?? failureText('request', error.code),
    cause: error,
  });
}

/** Causes of a failed SETPROP that are no property's fault. */
const NO_PROPERTY: ReadonlySet<string> = new Set<UnetErrnoName>([
  'OK',
  'VERSION',
  'RESERVED',
  'NAME',
  'NOLINK',
  'LINKID',
  'PROPCOUNT',
  'DYING',
  'RDONLY',
  'INTR',
]);

/** SETPROP says which of several properties it refused. */
function badProperty<T>(
  request: UnetRequest<T>,
  unetErrno: number,
  memory: Uint8Array,
): UnetPropName | undefined {
  if (request.op !== 'set' || NO_PROPERTY.has(UNET_ERRNOS[unetErrno]?.name ?? 'OK')) {
    return undefined;
  }
  const { bad, count, props } = unetIocProps.decode(memory);
  const id = bad < count ? props[bad]?.id : undefined;
  return UNET_PROPS.find((prop) => prop.id === id)?.name;
}

/** The structure that asks for properties. */
export function propsToGet(names: readonly UnetPropName[]): Partial<UnetIocProps> {
  if (!Array.isArray(names)) throw new TypeError('names of properties must be an array');
  const props = names.map((name): UnetProp => ({ id: unetPropNamed(name).id, perm: 0, value: 0n }));
  return { hdr: unetHdr(), count: props.length, bad: 0, props };
}

/** The structure that sets properties. */
export function propsToSet(values: Partial<UnetPropValues>): Partial<UnetIocProps> {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    throw new TypeError('properties to set must be an object: { name: value }');
  }
  const props = Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]): UnetProp => {
      const { id } = unetPropNamed(name);
      return { id, perm: 0, value: encodeUnetProp(name as UnetPropName, value) };
    });
  return { hdr: unetHdr(), count: props.length, bad: 0, props };
}
