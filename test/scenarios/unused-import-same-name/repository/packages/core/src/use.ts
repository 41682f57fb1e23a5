import { one } from './index';

export const three = one + 2;
