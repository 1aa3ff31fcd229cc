export { archiveError, defaultZipLimits, type ZipLimits } from './limits.ts';
export { isPortableName } from './names.ts';
export { readZip, readZipContent, type ZipEntry } from './reader.ts';
export { fileSource, memorySource, type RandomAccessSource } from './source.ts';
export { createZip, streamZip, type ZipEntryInput, type ZipWriteOptions } from './writer.ts';
