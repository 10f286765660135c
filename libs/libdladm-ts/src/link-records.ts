import { shareClass } from 'libsys';
import type { PropertyValue } from './ctl.ts';
import { addProperties, defaultsOf, recordedValues, withoutProperties } from './defaults.ts';
import { DladmError } from './errors.ts';
import { noLink } from './ground.ts';
import type { Link } from './link.ts';
import { type LinkName, parseLinkName } from './link-name.ts';
import { randomMac } from './make-link.ts';
import {
  type ChangeOptions,
  type CreateOptions,
  checkNames,
  checkOptions,
  type DestroyOptions,
  type LinkOptions,
  type LinkValues,
  type PropertyOptions,
} from './options.ts';
import {
  checkPropertiesOf,
  type LinkProperties,
  mustBeObject,
  PROPERTY_NAMES,
  propertiesNamed,
} from './properties.ts';
import { RecordFile } from './record-file.ts';
import type { Edit } from './registry.ts';
import type { SavedLinks } from './saved-links.ts';
import { parseStackEnd } from './stack-end.ts';
import { allOrNothing } from './steps.ts';
import { GLOBAL_ZONE } from './zone.ts';

/**
 * Administers the links of a system that is not running, below its root directory: there are records
 * of links and nothing else, and nothing is done in any kernel. The operations are those of
 * {@link Dladm}, so far as they are about records.
 *
 * Nothing stays open. Every operation does all or nothing. What it throws is a {@link DladmError}, or a `TypeError` for
 * an argument of the wrong type; ENOTSUP is for what the system would have to run for.
 */
export class LinkRecords {
  static {
    shareClass(LinkRecords, 'libdladm-ts.LinkRecords');
  }

  /** The root directory of the system. */
  readonly root: string;
  readonly #records: RecordFile;

  /** @internal {@link openRecords} makes them. */
  constructor(root: string) {
    this.root = root;
    this.#records = new RecordFile(root);
  }

  /** Records a link; one without a MAC address gets one, to keep. @see Dladm.create */
  async create(name: string, options: CreateOptions = {}): Promise<Link> {
    const link = parseLinkName(name, 'create');
    mustBeObject('the options of create', options);
    const { lifetime = 'persistent', stack, zone, signal, ...given } = options;
    const properties = checkPropertiesOf('create', link, given);
    if (lifetime !== 'persistent') {
      throw notRunning('create', link);
    }
    if (zone !== undefined) {
      throw new DladmError({ status: 'TEMPONLY', op: 'create', link, property: 'zone' });
    }
    const saved = {
      properties: addProperties('create', link, {}, { mac: randomMac(), ...properties }),
      stack: stack === undefined ? undefined : parseStackEnd(stack),
    };
    await this.#change(link, { add: saved }, signal);
    return {
      name: link,
      zone: GLOBAL_ZONE.name,
      saved,
      ...(saved.stack && { stack: saved.stack }),
    };
  }

  /** Removes a record. @see Dladm.destroy */
  async destroy(name: string, options: DestroyOptions = {}): Promise<void> {
    const link = parseLinkName(name, 'destroy');
    checkOptions('destroy', options, ['force', 'zone', 'signal']);
    this.#find('destroy', link, options.zone);
    await this.#change(link, 'forget', options.signal);
  }

  /** @see Dladm.rename */
  async rename(name: string, newName: string, options: ChangeOptions = {}): Promise<void> {
    const link = parseLinkName(name, 'rename');
    const to = parseLinkName(newName, 'rename');
    checkOptions('rename', options, ['zone', 'signal']);
    this.#find('rename', link, options.zone);
    await allOrNothing(options.signal, async (steps) => {
      const change = await steps.wait(
        () => this.#records.rename(link, to, { missing: 'refuse', signal: options.signal }),
        (prepared) => prepared.cancel(),
      );
      steps.do(() => change.commit());
    });
  }

  /** Yields every link by name. @see Dladm.list */
  async *list(options: LinkOptions = {}): AsyncGenerator<Link> {
    checkOptions('list', options, ['zone']);
    mustBeGlobal('list', options.zone);
    const records = this.#records.saved();
    for (const name of [...records.keys()].sort()) {
      yield this.#link(name, records);
    }
  }

  /** @see Dladm.find */
  async find(name: string, options: LinkOptions = {}): Promise<Link> {
    const link = parseLinkName(name, 'find');
    checkOptions('find', options, ['zone']);
    return this.#link(link, this.#find('find', link, options.zone));
  }

  /** What the properties will be once the link is up. @see Dladm.getProps */
  async getProps(
    name: string,
    names: readonly string[] = PROPERTY_NAMES,
    options: LinkOptions = {},
  ): Promise<PropertyValue[]> {
    const link = parseLinkName(name, 'get');
    const wanted = propertiesNamed(checkNames('getProps', names));
    checkOptions('getProps', options, ['zone']);
    const records = this.#find('get', link, options.zone);
    return recordedValues(wanted, records.get(link)?.properties ?? {});
  }

  /** @see Dladm.setProps */
  async setProps(name: string, values: LinkValues, options: PropertyOptions = {}): Promise<void> {
    const link = parseLinkName(name, 'set');
    checkOptions('setProps', options, ['temporary', 'zone', 'signal']);
    mustBeObject(`set ${link}: properties`, values);
    const { zone: target, ...given } = values;
    const checked = checkPropertiesOf('set', link, given);
    if (target !== undefined) {
      throw new DladmError({ status: 'TEMPONLY', op: 'set', link, property: 'zone' });
    }
    await this.#edit('set', link, options, (recorded) =>
      addProperties('set', link, recorded, checked),
    );
  }

  /** @see Dladm.resetProps */
  async resetProps(
    name: string,
    names?: readonly string[],
    options: PropertyOptions = {},
  ): Promise<void> {
    const link = parseLinkName(name, 'reset');
    checkOptions('resetProps', options, ['temporary', 'zone', 'signal']);
    const { values } = defaultsOf(link, names);
    await this.#edit('reset', link, options, (recorded) =>
      withoutProperties(link, recorded, values),
    );
  }

  /** Not possible: the links come up with their system. @throws {DladmError} ENOTSUP */
  async up(): Promise<never> {
    throw notRunning('up');
  }

  #find(op: string, link: LinkName, zone: string | undefined): SavedLinks {
    mustBeGlobal(op, zone, link);
    const records = this.#records.saved();
    if (!records.has(link)) {
      throw noLink(op, link);
    }
    return records;
  }

  #link(name: LinkName, records: SavedLinks): Link {
    const { saved, fault } = records.look(name);
    return {
      name,
      zone: GLOBAL_ZONE.name,
      ...(saved !== undefined && { saved }),
      ...(fault !== undefined && { fault }),
      ...(saved?.stack !== undefined && { stack: saved.stack }),
    };
  }

  async #edit(
    op: string,
    link: LinkName,
    { temporary = false, zone, signal }: PropertyOptions,
    edit: (recorded: LinkProperties) => LinkProperties,
  ): Promise<void> {
    if (temporary) {
      throw notRunning(op, link);
    }
    this.#find(op, link, zone);
    await this.#change(
      link,
      { edit: (saved) => ({ ...saved, properties: edit(saved.properties) }) },
      signal,
    );
  }

  async #change(link: LinkName, edit: Edit, signal: AbortSignal | undefined): Promise<void> {
    await allOrNothing(signal, async (steps) => {
      const change = await steps.wait(
        () => this.#records.change(link, edit, signal),
        (prepared) => prepared.cancel(),
      );
      steps.do(() => change.commit());
    });
  }
}

function notRunning(op: string, link?: LinkName): DladmError {
  const reason = 'not possible below another root directory: its system is not running';
  return new DladmError({ status: 'NOTSUP', op, link, reason });
}

/** A system that is not running has links in no other zone. */
function mustBeGlobal(op: string, zone: string | undefined, link?: LinkName): void {
  if (zone !== undefined && zone !== GLOBAL_ZONE.name) {
    throw noLink(op, link, `no such zone: ${zone}`);
  }
}
