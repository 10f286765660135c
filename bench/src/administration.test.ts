import { describe, expect, it } from 'vitest';
import {
  type AdministrationCost,
  administrationReport,
  measureAdministration,
  OPS,
} from './administration.ts';

describe('the administration of links', () => {
  it('is measured with each number of links, and leaves none', async () => {
    const options = { links: [2, 4], seen: 4 };
    const costs = await measureAdministration('inproc', 'inproc', options);
    expect(costs.map(({ links, op }) => `${links} ${op}`)).toEqual(
      [2, 4].flatMap((links) => OPS.map((op) => `${links} ${op}`)),
    );
    for (const { nsPerLink, linksPerSecond } of costs) {
      expect(nsPerLink).toBeGreaterThan(0);
      expect(linksPerSecond).toBeGreaterThan(0);
    }
    // It would find the names taken.
    await expect(measureAdministration('inproc', 'inproc', options)).resolves.toHaveLength(12);
  });

  it('is told as links a second, and how that changes', () => {
    const cost = (links: number, nsPerLink: number): AdministrationCost[] =>
      OPS.map((op) => ({
        via: 'server',
        links,
        op,
        nsPerLink,
        cpuNsPerLink: 5000 + links,
        linksPerSecond: Math.round(1e9 / nsPerLink),
      }));
    const text = administrationReport([
      ...cost(10, 9000),
      ...cost(100, 10_000),
      ...cost(5000, 15_000),
    ]);
    expect(text).toContain('Served: links a second');
    expect(text).not.toContain('In process');
    expect(text.match(/ 111111 +100000 +66667 +1\.50x +1\.96x$/gm)).toHaveLength(OPS.length);
  });
});
