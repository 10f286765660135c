import { describeMainJob } from './main-job/main-job.fixture.ts';

describeMainJob('tap');
