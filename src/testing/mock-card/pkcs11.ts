import { MockPkcs11 } from './module.ts';
import { fileStore } from './state.ts';

/**
 * What a child process loads in place of the class of `pkcs11js`: its "library" is the folder of
 * the mock.
 */
export class PKCS11 extends MockPkcs11 {
  constructor() {
    super(fileStore);
  }
}
