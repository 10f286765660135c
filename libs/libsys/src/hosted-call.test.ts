import { describe, expect, it } from 'vitest';
import { addressOf, type viewOf } from './ffi.ts';
import { hkCall } from './hk-abi.ts';
import { type CallNative, HostedCall } from './hosted-call.ts';

/** A kernel that answers each request with the next number, and remembers how it was asked. */
class Native implements CallNative {
  readonly asked: unknown[][] = [];
  readonly memory = new Uint8Array(hkCall.size);

  hk_ioctl_at(file: number, request: number, address: number | bigint): number {
    return this.asked.push(['arguments', file, request, address]);
  }

  hk_call_block(): number {
    return addressOf(this.memory);
  }

  readonly hk_call = (): void => {
    const { file, cmd, arg } = hkCall.decode(this.memory);
    const result = this.asked.push(['block', file, cmd, arg]);
    hkCall.encode({ file, cmd, arg, result }, this.memory);
  };
}

describe('HostedCall', () => {
  it('asks by the block of its thread', () => {
    const native = new Native();
    const call = new HostedCall(native, (address, bytes) => {
      expect(address).toBe(native.hk_call_block());
      expect(bytes).toBe(hkCall.size);
      return native.memory.buffer;
    });
    expect(call.ioctl(7, 0xfedc_ba98, 2 ** 47)).toBe(1);
    expect(call.ioctl(8, -1, 0)).toBe(2);
    expect(native.asked).toEqual([
      ['block', 7, 0xfedc_ba98, 2 ** 47],
      ['block', 8, -1, 0],
    ]);
  });

  it('asks with arguments for what a double does not hold', () => {
    const native = new Native();
    const call = new HostedCall(native, () => native.memory.buffer);
    expect(call.ioctl(7, 1, 2n ** 63n)).toBe(1);
    expect(native.asked).toEqual([['arguments', 7, 1, 2n ** 63n]]);
  });

  it('leaves what is no number to the foreign function interface, which refuses it', () => {
    const native = new Native();
    const call = new HostedCall(native, () => native.memory.buffer);
    const wrong: unknown[][] = [
      ['7', 1, 4096],
      [7, undefined, 4096],
      [[7], 1, 4096],
    ];
    for (const asked of wrong) call.ioctl(...(asked as [number, number, number]));
    expect(native.asked).toEqual(wrong.map((asked) => ['arguments', ...asked]));
  });

  it('asks with arguments where memory outside of the heap is not to be seen', () => {
    const native = new Native();
    const refuse: typeof viewOf = () => {
      throw new Error('External buffers are not allowed');
    };
    const call = new HostedCall(native, refuse);
    expect(call.ioctl(7, 1, 4096)).toBe(1);
    expect(native.asked).toEqual([['arguments', 7, 1, 4096]]);
  });
});
