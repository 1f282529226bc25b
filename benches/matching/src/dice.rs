//! Chance that falls the same way on every machine.

/// `SplitMix64` (Steele, Lea and Flood, OOPSLA 2014).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, end: u16) -> u16 {
        u16::try_from(self.roll() % u64::from(end)).expect("below a number of 16 bits")
    }

    pub fn between(&mut self, least: u16, most: u16) -> u16 {
        least + self.below(most - least + 1)
    }

    pub fn percent(&mut self, percent: u16) -> bool {
        self.below(100) < percent
    }

    pub fn one_of<T: Copy>(&mut self, some: &[T]) -> Option<T> {
        let number = u16::try_from(some.len()).expect("not so many");
        (number > 0).then(|| some[usize::from(self.below(number))])
    }
}

/// Things of which the first is wanted the most: the k-th as often as k to a power says (Zipf).
pub struct Popularity {
    /// The weights of each and of all before it.
    sums: Vec<u64>,
}

impl Popularity {
    /// The power is so many tenths, below zero. Weights are multiplied by 1 - power / k from one to
    /// the next (Yule), which comes to the same and needs whole numbers alone.
    pub fn new(things: u16, tenths: u64) -> Self {
        let mut weight = 1_u64 << 40;
        let mut sum = 0;
        let sums = (1..=u64::from(things)).map(|k| {
            sum += weight;
            weight = weight / (10 * (k + 1)) * (10 * (k + 1) - tenths);
            sum
        });
        Self {
            sums: sums.collect(),
        }
    }

    pub fn draw(&self, dice: &mut Dice) -> u16 {
        let all = self.sums.last().copied().unwrap_or(1);
        let drawn = dice.roll() % all;
        let place = self.sums.partition_point(|sum| *sum <= drawn);
        u16::try_from(place).expect("one of the things")
    }
}
