import { afterEach, expect, test, vi } from 'vitest';
import { Qemu } from './qemu.ts';

afterEach(() => vi.unstubAllEnvs());

test('a guest that cannot be started says why', async () => {
  vi.stubEnv('PATH', '/nowhere');
  const qemu = new Qemu({ image: '/none', release: '0', modules: '/none' }, '/none', []);
  await expect(qemu.line('@up', 10_000)).rejects.toThrow(
    /^QEMU has ended: spawn qemu-system-x86_64 ENOENT$/,
  );
  await qemu.close();
});
