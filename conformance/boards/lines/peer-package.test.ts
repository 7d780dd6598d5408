import { expect, test } from 'vitest';
import { findPeerPackage, peerPackage } from './peer-package.ts';

test('a package that is not installed is asked for in one line', () => {
  expect(findPeerPackage('vstm32-no-such-package')).toBeUndefined();
  const load = (): unknown => peerPackage('vstm32-no-such-package', '1.2.3', 'i2c');
  expect(load).toThrow(
    '--target i2c needs an npm package: npm install vstm32-no-such-package@1.2.3',
  );
  expect(load).toThrow(expect.objectContaining({ exitCode: 3 }));
});

test('a package that is installed is loaded as it is', () => {
  const yaml = peerPackage<{ parse(text: string): unknown }>('yaml', '2.9.1', 'i2c');
  expect(yaml.parse('a: 1')).toEqual({ a: 1 });
});
