//! Mean changes and their intervals as a picture. The table below it says the same in numbers.

use super::report::signed;
use super::statistics::Estimate;

/// Of the picture, in its own units: about a pixel each on a phone.
const WIDTH: f64 = 360.0;
const MARGIN: f64 = 14.0;
const ROW: f64 = 36.0;

pub struct Chart {
    pub title: String,
    /// What it shows, to whoever does not see it.
    pub description: String,
    pub bars: Vec<Bar>,
    pub ticks: Vec<Tick>,
    /// Where nothing has changed.
    pub zero: f64,
    pub bottom: f64,
}

pub struct Bar {
    pub title: &'static str,
    /// The same in numbers.
    pub words: String,
    pub label: f64,
    pub line: f64,
    pub low: f64,
    pub mean: f64,
    pub high: f64,
}

pub struct Tick {
    pub at: f64,
    pub words: String,
}

impl Chart {
    pub fn of(title: String, changes: Vec<(&'static str, Estimate)>) -> Chart {
        let scale = Scale::over(changes.iter().map(|(_, estimate)| estimate));
        let sentences: Vec<String> = changes
            .iter()
            .map(|(title, one)| {
                format!(
                    "{title}: {}, interval {}.",
                    one.mean_in_words(),
                    one.interval()
                )
            })
            .collect();
        let mut top = 0.0;
        let bars: Vec<Bar> = changes
            .into_iter()
            .map(|(title, one)| {
                let bar = Bar {
                    title,
                    words: format!("{} ({})", one.mean_in_words(), one.interval()),
                    label: top + 14.0,
                    line: top + 25.0,
                    low: scale.at(one.low),
                    mean: scale.at(one.mean),
                    high: scale.at(one.high),
                };
                top += ROW;
                bar
            })
            .collect();
        Chart {
            title,
            description: sentences.join(" "),
            bars,
            ticks: scale.ticks(),
            zero: scale.at(0.0),
            bottom: top + 2.0,
        }
    }

    pub fn height(&self) -> f64 {
        self.bottom + 20.0
    }
}

struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    /// From one half step to another, with nothing outside and zero within.
    fn over<'a>(estimates: impl Iterator<Item = &'a Estimate>) -> Scale {
        let whole = Scale {
            low: -0.5,
            high: 1.0,
        };
        estimates.fold(whole, |scale, one| Scale {
            low: scale.low.min((one.low * 2.0).floor() / 2.0),
            high: scale.high.max((one.high * 2.0).ceil() / 2.0),
        })
    }

    fn at(&self, change: f64) -> f64 {
        let along = (change - self.low) / (self.high - self.low);
        MARGIN + along * (WIDTH - 2.0 * MARGIN)
    }

    fn ticks(&self) -> Vec<Tick> {
        let step = if self.high - self.low > 3.0 { 1.0 } else { 0.5 };
        let mut at = (self.low / step).ceil() * step;
        let mut ticks = Vec::new();
        while at <= self.high {
            ticks.push(Tick {
                at: self.at(at),
                words: signed(at),
            });
            at += step;
        }
        ticks
    }
}
