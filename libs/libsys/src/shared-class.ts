const ordinary = Function.prototype[Symbol.hasInstance];

/**
 * Has every copy of a package in a process agree on what is an instance of one of its classes. There
 * are several copies when a program uses both the ES modules and the CommonJS of a package, or two
 * versions of it; without this, `instanceof` in one would not know an error or a batch made by the
 * other. To be called in a static block of the class.
 *
 * The class is also called what `name` says: a bundler may have renamed it (esbuild does, `_SysError`),
 * and the name is what an error's `name`, a stack trace and `console.log` show.
 *
 * @param name the same in every copy: the package's name and the class's
 */
export function shareClass(target: abstract new (...args: never[]) => object, name: string): void {
  const brand = Symbol.for(name);
  Object.defineProperty(target.prototype, brand, { value: true });
  const value = name.slice(name.lastIndexOf('.') + 1);
  Object.defineProperty(target, 'name', { value, configurable: true });
  Object.defineProperty(target, Symbol.hasInstance, {
    value(this: unknown, value: unknown): boolean {
      // A class derived from it inherits this function, and not everything shared is one of those.
      if (this !== target) return ordinary.call(this as typeof target, value);
      return typeof value === 'object' && value !== null && brand in value;
    },
  });
}
