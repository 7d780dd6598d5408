/** A stretch of option bytes: address, and length in bytes. */
export type OptionBank = readonly [address: number, length: number];

/**
 * The banks in which STM32CubeProgrammer reads and writes option bytes over a bootloader, by product ID
 * (CUBE-DB: banks of the interface Bootloader, or of none). The sizes of its storages differ from these
 * on G43x (84), L496, L4R and L4P (28 of bank 2), and WL (104).
 */
const table: readonly { readonly ids: readonly number[]; readonly banks: readonly OptionBank[] }[] =
  [
    {
      ids: [
        0x410, 0x412, 0x414, 0x418, 0x420, 0x422, 0x428, 0x430, 0x432, 0x438, 0x439, 0x440, 0x442,
        0x444, 0x445, 0x446, 0x448,
      ],
      banks: [[0x1fff_f800, 16]],
    },
    { ids: [0x411], banks: [[0x1fff_c000, 12]] },
    {
      ids: [0x413, 0x421, 0x423, 0x431, 0x433, 0x441, 0x458, 0x463],
      banks: [[0x1fff_c000, 16]],
    },
    {
      ids: [0x415],
      banks: [
        [0x1fff_7800, 40],
        [0x1fff_f800, 40],
      ],
    },
    {
      ids: [0x419],
      banks: [
        [0x1fff_c000, 16],
        [0x1ffe_c008, 8],
      ],
    },
    { ids: [0x417, 0x425, 0x447], banks: [[0x1ff8_0000, 20]] },
    { ids: [0x427, 0x429], banks: [[0x1ff8_0000, 24]] },
    {
      ids: [0x434],
      banks: [
        [0x1fff_c000, 16],
        [0x1ffe_c008, 4],
      ],
    },
    { ids: [0x436], banks: [[0x1ff8_0000, 32]] },
    {
      ids: [0x437],
      banks: [
        [0x1ff8_0000, 32],
        [0x1ff8_0080, 8],
      ],
    },
    { ids: [0x450, 0x480], banks: [[0x5200_201c, 308]] },
    { ids: [0x449, 0x451, 0x452], banks: [[0x1fff_0000, 44]] },
    {
      ids: [0x455, 0x476, 0x481, 0x482],
      banks: [
        [0x4002_2040, 48],
        [0x4002_2070, 8],
        [0x4002_2078, 8],
      ],
    },
    { ids: [0x443, 0x44c, 0x44d, 0x453, 0x493], banks: [[0x1fff_7800, 116]] },
    {
      ids: [0x456, 0x460, 0x466, 0x467],
      banks: [
        [0x1fff_7800, 116],
        [0x1fff_7870, 4], // of 0x466 as a bank, of the others as a storage, in which a log of a G070 reads
      ],
    },
    { ids: [0x416, 0x457], banks: [[0x1ff8_0000, 16]] },
    { ids: [0x459, 0x489], banks: [[0x4002_2020, 100]] },
    {
      ids: [0x461],
      banks: [
        [0x1fff_7800, 36],
        [0x1fff_f808, 28],
      ],
    },
    { ids: [0x435, 0x462, 0x464], banks: [[0x1fff_7800, 36]] },
    { ids: [0x468], banks: [[0x1fff_7800, 44]] },
    {
      ids: [0x469],
      banks: [
        [0x1fff_7800, 36],
        [0x1fff_f808, 36],
        [0x1fff_7828, 4],
        [0x1fff_f828, 8],
      ],
    },
    {
      ids: [0x470],
      banks: [
        [0x1ff0_0000, 36],
        [0x1ff0_1008, 28],
      ],
    },
    {
      ids: [0x471],
      banks: [
        [0x1ff0_0000, 36],
        [0x1ff0_1000, 36],
      ],
    },
    { ids: [0x472], banks: [[0x4002_2040, 48]] },
    {
      ids: [0x474],
      banks: [
        [0x4002_2050, 176],
        [0x4002_21e8, 24],
      ],
    },
    {
      ids: [0x478, 0x484],
      banks: [
        [0x4002_2050, 176],
        [0x4002_21e0, 32],
      ],
    },
    { ids: [0x479], banks: [[0x1fff_7800, 48]] },
    { ids: [0x483], banks: [[0x5200_201c, 92]] },
    { ids: [0x494], banks: [[0x1fff_7800, 128]] },
    { ids: [0x495], banks: [[0x1fff_8000, 128]] },
    { ids: [0x497], banks: [[0x1fff_7800, 108]] },
  ];

/** The banks of a product ID; none where the data base has none. */
export function optionBanks(productId: number): readonly OptionBank[] {
  return table.find(({ ids }) => ids.includes(productId))?.banks ?? [];
}
