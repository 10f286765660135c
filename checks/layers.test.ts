import { describe, expect, it } from 'vitest';
import { checkLayers } from './layers.ts';
import { type RepositoryFile, repositoryFiles } from './repository-files.ts';

function manifest(path: string, name: string, dependencies: string[], subpaths = ['.']) {
  return {
    path,
    text: JSON.stringify({
      name,
      dependencies: Object.fromEntries(dependencies.map((one) => [one, '0.1.0'])),
      exports: Object.fromEntries(subpaths.map((one) => [one, './x.js'])),
    }),
  };
}

/** A small repository that keeps every rule; each case below breaks one. */
const SOUND: RepositoryFile[] = [
  manifest('libs/libsys/package.json', 'libsys', ['koffi'], ['.', './unet-abi']),
  manifest('libs/libframeio/package.json', 'libframeio', ['libsys']),
  manifest('libs/libunet/package.json', 'libunet', ['libsys', 'libframeio']),
  manifest('libs/libdladm-ts/package.json', 'libdladm-ts', ['libsys']),
  manifest('tools/unetadm/package.json', 'unetadm', ['libdladm-ts']),
  {
    path: 'libs/libsys/src/ffi-koffi.ts',
    text: "const koffi = createRequire(import.meta.url)('koffi');\n",
  },
  { path: 'libs/libsys/src/ffi-node.ts', text: "process.getBuiltinModule('node:ffi');\n" },
  {
    path: 'libs/libunet/src/a.ts',
    text: "import { x } from 'libsys/unet-abi';\n// from 'koffi'\n",
  },
  { path: 'kernel/hosted/include/sys/types.h', text: '#include <stdint.h>\n' },
  { path: 'kernel/hosted/host.h', text: '' },
  { path: 'kernel/hosted/hk.h', text: '#include <stdint.h>\n' },
  { path: 'kernel/unet/sys/unet.h', text: '#include <sys/types.h>\n' },
  { path: 'kernel/unet/unet_impl.h', text: '#include <sys/unet.h>\n' },
  { path: 'kernel/unet/unet.c', text: '#include "unet_impl.h"\n' },
  { path: 'kernel/frameio/sys/frameio.h', text: '#include <sys/types.h>\n' },
  { path: 'kernel/hosted/kern/kmem.c', text: '#include "host.h"\n#include <sys/types.h>\n' },
  { path: 'kernel/hosted/host/log.c', text: '#include <unistd.h>\n#include "host.h"\n' },
];

describe('layers', () => {
  it('finds nothing in a repository that keeps the rules', () => {
    expect(checkLayers(SOUND)).toEqual([]);
  });

  it.each([
    ['koffi beside ffi-koffi.ts', 'libs/libsys/src/ffi.ts', "import koffi from 'koffi';"],
    ['koffi by another way', 'libs/libsys/src/x.ts', "createRequire(import.meta.url)('koffi');"],
    ['node:ffi beside ffi-node.ts', 'libs/libsys/src/x.ts', "import ffi from 'node:ffi';"],
    ['node:ffi by another way', 'libs/libunet/src/x.ts', "process.getBuiltinModule('node:ffi');"],
    ['koffi in another package', 'bench/src/x.ts', "const k = require('koffi');"],
    ['koffi in a test', 'libs/libunet/src/x.test.ts', "await import('koffi');"],
    ['a way into another package', 'libs/libunet/src/x.ts', "import '../../libsys/src/ffi.ts';"],
    ['an inner file by package name', 'libs/libunet/src/x.ts', "import 'libsys/src/ffi.ts';"],
    ['libdladm-ts using libunet', 'libs/libdladm-ts/src/x.ts', "export * from 'libunet';"],
    ['a tool using another', 'tools/unetadm/src/x.ts', "import 'unetstat';"],
    ['a package not depended on', 'tools/unetadm/src/x.ts', "import { a } from 'libunet';"],
    ['a module nobody listed', 'libs/libsys/src/x.ts', "import 'lodash';"],
    ['a test tool in a source', 'libs/libsys/src/x.ts', "import 'vitest';"],
    ['a host header in the driver', 'kernel/unet/x.c', '#include <pthread.h>'],
    ['the border in the driver', 'kernel/unet/x.c', '#include "host.h"'],
    ['hosted in the driver', 'kernel/unet/x.c', '#include "../hosted/hk.h"'],
    ['unet in frameio', 'kernel/frameio/x.c', '# include <sys/unet.h>'],
    ['a host header in kern', 'kernel/hosted/kern/x.c', '#include <unistd.h>'],
    ['the driver in kern', 'kernel/hosted/kern/x.c', '#include <sys/unet.h>'],
    ['a kernel header in host', 'kernel/hosted/host/x.c', '#include "../include/sys/types.h"'],
    ['an include in the border', 'kernel/hosted/host.h', '#include <sys/types.h>'],
    ['a C file that no ring has', 'stray/x.c', ''],
  ])('finds %s', (_what, path, text) => {
    const others = SOUND.filter((file) => file.path !== path);
    expect(checkLayers([...others, { path, text: `${text}\n` }])).toEqual([
      expect.stringMatching(new RegExp(`^${path.replace(/[.]/g, '\\.')}: `)),
    ]);
  });

  it('finds nothing in this repository', () => {
    const files = repositoryFiles();
    expect(files.length).toBeGreaterThan(SOUND.length);
    expect(checkLayers(files)).toEqual([]);
  });
});
