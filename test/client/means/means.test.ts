import { localMeans } from './local.ts';
import { meansSuite } from './suite.ts';

// The other means are in the slow file.
meansSuite(localMeans.filter(({ isQuick }) => isQuick));
