import { it } from 'vitest';

/** What stands for the suite where there is no illumos kernel to hold to the contract. */
it('holds the illumos kernel to the contract', ({ skip }) => {
  skip('there is no /dev/unet/ctl of an illumos kernel here');
});
