import { describe, expect, it } from 'vitest';
import { shareClass } from './shared-class.ts';

/** A copy of a class, as a second copy of its package has it. */
function copy() {
  return class Thing {
    static {
      shareClass(Thing, 'libsys-test.Thing');
    }
    readonly made = true;
  };
}

describe('a shared class', () => {
  const One = copy();
  const Other = copy();
  class Derived extends One {}
  class OtherDerived extends Other {}

  it('knows the instances of its copies, and of classes derived from those', () => {
    expect(One).not.toBe(Other);
    expect(new One() instanceof One).toBe(true);
    expect(new One() instanceof Other).toBe(true);
    expect(new OtherDerived() instanceof One).toBe(true);
  });

  it('has its name, whatever a bundler made of that', () => {
    class _Renamed extends Error {
      static {
        shareClass(_Renamed, 'libsys-test.Renamed');
      }
      constructor() {
        super();
        this.name = new.target.name;
      }
    }
    class Own extends _Renamed {}
    expect(new _Renamed().name).toBe('Renamed');
    expect(new Own().name).toBe('Own');
  });

  it('knows nothing else', () => {
    for (const value of [undefined, null, 0, 'x', {}, Symbol.for('libsys-test.Thing')]) {
      expect((value as object) instanceof One).toBe(false);
    }
  });

  it('leaves a class derived from it as strict as it was', () => {
    expect(new Derived() instanceof Derived).toBe(true);
    expect(new One() instanceof Derived).toBe(false);
    expect(new OtherDerived() instanceof Derived).toBe(false);
  });
});
