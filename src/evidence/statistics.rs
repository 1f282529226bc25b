//! What sums over people say of how they changed. Nothing here reads a clock, a form or a database.
//!
//! Of `n` people, each with one change `d` (the later rating less the one at the start), three sums
//! are known: `n`, `Σd` and `Σd²`. From them:
//!
//! - mean `m = Σd / n`, and standard deviation `s = √((n Σd² − (Σd)²) / (n (n − 1)))`;
//! - 95 % interval of the mean, by Student's t: `m ± t(0.975; n − 1) · s / √n` (Student, *Biometrika*
//!   6, 1908). It takes the mean of `n` changes for nearly normal, which it is for ratings from 1 to 5
//!   even with few people, unless almost all of them change alike;
//! - effect size Cohen's d_z `= m / s` (Cohen, *Statistical Power Analysis*, 2nd ed. 1988, 2.3.5), with
//!   Hedges's correction for few people, `J(n − 1) · m / s`, where `J(k) = Γ(k/2) / (√(k/2) Γ((k−1)/2))`
//!   (Hedges, *J. Educational Statistics* 6, 1981; Lakens, *Frontiers in Psychology* 4:863, 2013).
//!
//! Of two groups of people, `a` and `b`:
//!
//! - difference of the mean changes `m_a − m_b`, with the 95 % interval of Welch, which does not take
//!   both for equally spread: with `v = s²/n`, `± t(0.975; ν) · √(v_a + v_b)` and
//!   `ν = (v_a + v_b)² / (v_a²/(n_a − 1) + v_b²/(n_b − 1))` (Welch, *Biometrika* 34, 1947);
//! - effect size Hedges's g: `J(n_a + n_b − 2) · (m_a − m_b) / s_p`, with `s_p` the standard deviation
//!   pooled over both.
//!
//! The quantile of t is found by halving on its distribution function, which is the regularised
//! incomplete beta function as a continued fraction (Lentz's method); `ln Γ` is Lanczos's.
//! `tests/it/evidence.rs` compares all of it with SciPy.

/// Sums over fewer people are nowhere shown.
pub const FEWEST: i64 = 5;

/// Of the changes of some people.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Sums {
    pub people: i64,
    pub sum: i64,
    pub squares: i64,
}

/// With 95 % intervals.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    pub mean: f64,
    pub low: f64,
    pub high: f64,
    /// In standard deviations, corrected for few people.
    pub effect: f64,
}

impl Sums {
    pub fn of(changes: &[i64]) -> Sums {
        Sums {
            people: i64::try_from(changes.len()).unwrap_or(i64::MAX),
            sum: changes.iter().sum(),
            squares: changes.iter().map(|change| change * change).sum(),
        }
    }

    /// None of fewer than five people, or where all changed alike.
    pub fn change(&self) -> Option<Estimate> {
        let variance = self.variance()?;
        let (n, mean) = (real(self.people), self.mean());
        let half = t_quantile(n - 1.0) * (variance / n).sqrt();
        Some(Estimate {
            mean,
            low: mean - half,
            high: mean + half,
            effect: hedges(n - 1.0) * mean / variance.sqrt(),
        })
    }

    /// How much more these changed than others.
    pub fn beyond(&self, others: &Sums) -> Option<Estimate> {
        let (own, theirs) = (self.variance()?, others.variance()?);
        let (n, k) = (real(self.people), real(others.people));
        let (v, w) = (own / n, theirs / k);
        let freedom = (v + w).powi(2) / (v * v / (n - 1.0) + w * w / (k - 1.0));
        let mean = self.mean() - others.mean();
        let half = t_quantile(freedom) * (v + w).sqrt();
        let pooled = ((n - 1.0) * own + (k - 1.0) * theirs) / (n + k - 2.0);
        Some(Estimate {
            mean,
            low: mean - half,
            high: mean + half,
            effect: hedges(n + k - 2.0) * mean / pooled.sqrt(),
        })
    }

    fn mean(&self) -> f64 {
        real(self.sum) / real(self.people)
    }

    fn variance(&self) -> Option<f64> {
        let n = self.people;
        let spread = n * self.squares - self.sum * self.sum;
        (n >= FEWEST && spread > 0).then(|| real(spread) / real(n * (n - 1)))
    }
}

impl Estimate {
    /// Whether chance alone would seldom have brought it about.
    pub fn is_clear(&self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "sums of ratings are far below 2^52"
)]
fn real(whole: i64) -> f64 {
    whole as f64
}

/// Hedges's factor, exactly.
fn hedges(freedom: f64) -> f64 {
    (ln_gamma(freedom / 2.0) - ln_gamma((freedom - 1.0) / 2.0) - (freedom / 2.0).ln() / 2.0).exp()
}

/// How far from zero 95 % of Student's t lie, to either side.
fn t_quantile(freedom: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    let beyond = |t: f64| beta(freedom / 2.0, 0.5, freedom / (freedom + t * t));
    while beyond(high) > 0.05 {
        high *= 2.0;
    }
    for _ in 0..100 {
        let middle = f64::midpoint(low, high);
        if beyond(middle) > 0.05 {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

/// The regularised incomplete beta function.
fn beta(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return x.clamp(0.0, 1.0);
    }
    // The fraction converges fast on one side of the middle; the other is its mirror.
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - beta(b, a, 1.0 - x);
    }
    let front = a * x.ln() + b * (1.0 - x).ln() - ln_gamma(a) - ln_gamma(b) + ln_gamma(a + b);
    front.exp() / a / fraction(a, b, x)
}

/// 1 + d₁/(1 + d₂/(1 + …)), by Lentz's method.
fn fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let not_zero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let (mut whole, mut above, mut below) = (1.0, 1.0, 0.0);
    for step in 1..500 {
        let half = f64::from(step / 2);
        let d = if step % 2 == 0 {
            half * (b - half) * x / ((a + 2.0 * half - 1.0) * (a + 2.0 * half))
        } else {
            -(a + half) * (a + b + half) * x / ((a + 2.0 * half) * (a + 2.0 * half + 1.0))
        };
        below = 1.0 / not_zero(1.0 + d * below);
        above = not_zero(1.0 + d / above);
        whole *= above * below;
        if (above * below - 1.0).abs() < 1e-16 {
            break;
        }
    }
    whole
}

/// Of positive numbers; Lanczos's approximation with g = 7 and nine terms, to some fifteen digits.
fn ln_gamma(x: f64) -> f64 {
    const TERMS: [f64; 8] = [
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    if x < 0.5 {
        // Where the approximation is poor, through its neighbour.
        return ln_gamma(x + 1.0) - x.ln();
    }
    let x = x - 1.0;
    let sum = (1..)
        .zip(TERMS)
        .map(|(place, term)| term / (x + f64::from(place)))
        .sum::<f64>();
    let base = x + 7.5;
    (2.0 * std::f64::consts::PI).ln() / 2.0 + (x + 0.5) * base.ln() - base
        + (0.999_999_999_999_809_9 + sum).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, known: f64) {
        assert!((found - known).abs() < 1e-10, "{found} is not {known}");
    }

    #[test]
    fn known_values_are_found() {
        near(ln_gamma(0.5), std::f64::consts::PI.sqrt().ln());
        near(ln_gamma(5.0), 24_f64.ln());
        // Closed forms: of 1 degree of freedom tan(0.475 π), of 2 and 4 by hand.
        near(t_quantile(1.0), (0.475 * std::f64::consts::PI).tan());
        near(t_quantile(2.0), 0.95 * f64::sqrt(2.0 / (1.0 - 0.95 * 0.95)));
        near(t_quantile(4.0), 2.776_445_105_197_793);
        near(hedges(4.0), (2.0 / std::f64::consts::PI).sqrt());
    }

    #[test]
    fn fewer_than_five_and_all_alike_say_nothing() {
        assert_eq!(Sums::of(&[1, 2, 0, -1]).change(), None);
        assert_eq!(Sums::of(&[1, 1, 1, 1, 1]).change(), None);
        assert_eq!(Sums::default().change(), None);
        let five = Sums::of(&[1, 2, 0, -1, 1]);
        assert_eq!(five.beyond(&Sums::of(&[1, 2, 0, -1])), None);
        assert!(five.change().is_some_and(|change| !change.is_clear()));
        let all = Sums::of(&[1, 2, 1, 1, 2]).change().unwrap();
        assert!(all.is_clear() && all.low < all.mean && all.mean < all.high);
    }
}
