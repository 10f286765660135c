import { type Dladm, DladmError, defaultRoot, type Link, openDladm } from 'libdladm-ts';
import { openKstat } from 'libkstat-ts';
import { chooseKernel, isSysError, type Kernel, type KernelChoice, openKernel } from 'libsys';
import { checkDriver } from './driver.ts';
import { type Finding, Findings } from './finding.ts';
import { type Counters, checkLink } from './links.ts';
import { checkPrivileges, checkTap } from './privileges.ts';
import { checkProgram } from './program.ts';
import { lookAtRecords } from './records.ts';
import { checkRuntimeDir, explainNoServer } from './server.ts';

/** Looks at everything that a link needs, and at `links`, or all of them; changes nothing. */
export async function examine(links: readonly string[]): Promise<readonly Finding[]> {
  const program = checkProgram();
  const here = program.some(({ status }) => status === 'fault') ? [] : await checkKernel(links);
  return [...program, ...here];
}

async function checkKernel(links: readonly string[]): Promise<readonly Finding[]> {
  const found = new Findings('kernel');
  let choice: KernelChoice;
  try {
    choice = chooseKernel();
  } catch (error) {
    if (!(error instanceof RangeError)) {
      throw error;
    }
    const variable = error.message.includes('UNET_ZONE') ? 'UNET_ZONE' : 'UNET_KERNEL';
    found.fault(error.message, `unset ${variable}`);
    return found.all;
  }
  switch (choice.kind) {
    case 'illumos':
      return await checkIllumos(found, links);
    case 'inproc':
      found.warning('it lives as long as each command (UNET_KERNEL=inproc)', 'unset UNET_KERNEL');
      return found.all;
    case 'exported':
      return found.all;
    case 'server':
      found.ok(`hosted, served at ${choice.socket}`);
      return [...found.all, ...(await checkHosted(choice, links))];
  }
}

async function checkIllumos(
  found: Findings,
  links: readonly string[],
): Promise<readonly Finding[]> {
  if (process.platform !== 'sunos') {
    found.fault('UNET_KERNEL is illumos, and this system is another one', 'unset UNET_KERNEL');
    return found.all;
  }
  const driver = checkDriver().all;
  if (driver.some(({ status }) => status === 'fault')) {
    return driver;
  }
  const kernel = await openKernel({ start: false });
  try {
    return [...driver, ...checkPrivileges().all, ...(await checkLinks(kernel, links))];
  } finally {
    kernel.dispose();
  }
}

async function checkHosted(
  choice: Extract<KernelChoice, { kind: 'server' }>,
  links: readonly string[],
): Promise<readonly Finding[]> {
  const directory = choice.socket === choice.runtimeDir.socket ? checkRuntimeDir(choice).all : [];
  const records = lookAtRecords(defaultRoot());
  const around = [...directory, ...records.found.all];
  if (directory.some(({ status }) => status === 'fault')) {
    return around;
  }
  let kernel: Kernel;
  try {
    kernel = await openKernel({ start: false });
  } catch (error) {
    const server = explainNoServer(error, choice, records.names.length);
    return [...around, ...server.all, ...checkTap(undefined).all];
  }
  try {
    const server = new Findings('server');
    const zone = new Findings('zone');
    const sysinfo = kernel.hosted?.sysinfo();
    server.ok(`process ${sysinfo?.pid} of uid ${sysinfo?.uid}, ${sysinfo?.links} links`);
    zone.ok(kernel.hosted?.zoneList()[0]?.name ?? 'unknown');
    const tap = checkTap(sysinfo?.pid);
    const rest = await checkLinks(kernel, links);
    return [...around, ...server.all, ...zone.all, ...tap.all, ...rest];
  } finally {
    kernel.dispose();
  }
}

/** The counters of every link, by its name. */
async function readCounters(kernel: Kernel): Promise<ReadonlyMap<string, Counters>> {
  const kstats = await openKstat({ kernel });
  try {
    const links = kstats.list({ module: 'unet', class: 'net' });
    // A link may go between the listing and the reading.
    const read = kstats.readAll(links.filter(({ name }) => name !== 'mac'));
    return new Map(
      read.flatMap((kstat) =>
        kstat === undefined ? [] : [[`${kstat.data.get('linkname') ?? ''}`, kstat.data]],
      ),
    );
  } finally {
    kstats.close();
  }
}

async function checkLinks(kernel: Kernel, names: readonly string[]): Promise<readonly Finding[]> {
  const dladm = await openDladm({ kernel });
  try {
    const counters = await readCounters(kernel);
    const found: Finding[] = [];
    for await (const link of linksOf(dladm, names, found)) {
      found.push(...checkLink(link, counters.get(link.name)).all);
    }
    return found;
  } catch (error) {
    if (!(error instanceof DladmError)) {
      throw error;
    }
    const found = new Findings('links');
    found.fault(error.text);
    return found.all;
  } finally {
    dladm.close();
  }
}

/** The links to look at; of those that are not there it is said. */
async function* linksOf(
  dladm: Dladm,
  names: readonly string[],
  found: Finding[],
): AsyncGenerator<Link> {
  if (names.length === 0) {
    yield* dladm.list();
    return;
  }
  for (const name of names) {
    try {
      yield await dladm.find(name);
    } catch (error) {
      if (!isSysError(error)) {
        throw error;
      }
      const missing = new Findings(name);
      missing.fault(error.text, error.code === 'ENOENT' ? `unetadm create ${name}` : undefined);
      found.push(...missing.all);
    }
  }
}
