//! Makes programmes to be matched, and times one solver on one of them. `compare.py` runs it; each
//! run prints a line of JSON.

mod dice;
mod instance;
#[expect(dead_code, reason = "not all of it is measured")]
#[path = "../../../src/matching/mod.rs"]
mod matching;
mod programme;
mod shapes;
mod solvers;

use cpu_time::ProcessTime;
use dice::Dice;
use instance::{Instance, Kept};
use matching::scores::{Matrix, NOT_ALLOWED, Scores, Shortlists};
use programme::{Places, programme};
use solvers::{Solved, solved, waymark};
use std::error::Error;
use std::hint::black_box;

const SEED: u64 = 7;

/// How many mentors a mentee has, where not all pairs are allowed.
const LISTED: usize = 50;

const USAGE: &str = "matching-bench make KIND MENTEES MENTORS PLACES FILE
               make all pairs of a programme (KIND programme), the best of each mentee (best),
               some of each mentee (random), or a shape, and keep them in a file
matching-bench solve SOLVER FILE
matching-bench kernel MENTEES MENTORS
               how fast the scores of a programme are worked out
matching-bench price MENTEES MENTORS PLACES
               match a programme whose scores are worked out each time that they are looked at";

fn main() -> Result<(), Box<dyn Error>> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let given: Vec<&str> = given.iter().map(String::as_str).collect();
    match given[..] {
        ["make", kind, mentees, mentors, places, file] => {
            let size = Size::read(mentees, mentors, places)?;
            size.make(kind).ok_or(USAGE)?.write(file)?;
            println!("{{}}");
        }
        ["solve", solver, file] => {
            let solved = solved(solver, &Instance::read(file)?).ok_or(USAGE)?;
            print(&solved);
        }
        ["kernel", mentees, mentors] => kernel(&Size::read(mentees, mentors, "tight")?),
        ["price", mentees, mentors, places] => {
            let size = Size::read(mentees, mentors, places)?;
            let scores = programme(size.mentees, size.mentors, SEED);
            print(&waymark(&scores, &size.places()));
        }
        _ => return Err(USAGE.into()),
    }
    Ok(())
}

struct Size {
    mentees: usize,
    mentors: u16,
    places: Places,
}

impl Size {
    fn read(mentees: &str, mentors: &str, places: &str) -> Result<Self, Box<dyn Error>> {
        Ok(Self {
            mentees: mentees.parse()?,
            mentors: mentors.parse()?,
            places: Places::read(places).ok_or(USAGE)?,
        })
    }

    fn places(&self) -> Vec<u32> {
        let mut dice = Dice::new(SEED + 1);
        self.places.of_each(self.mentors.into(), &mut dice)
    }

    fn make(&self, kind: &str) -> Option<Instance> {
        let programme = || programme(self.mentees, self.mentors, SEED);
        let places = self.places();
        let most = places.iter().max().map_or(1, |most| *most as usize);
        let scores = match kind {
            "programme" => Kept::Every(Matrix::of(&programme())),
            "best" => Kept::Listed(listed(&programme(), best)),
            "random" => Kept::Listed(listed(&programme(), random)),
            name => Kept::Every(shapes::shape(
                name,
                self.mentees,
                self.mentors.into(),
                most,
            )?),
        };
        Some(Instance { scores, places })
    }
}

type Pairs = Vec<(u32, u16)>;

fn listed(scores: &impl Scores, choose: fn(Pairs, &mut Dice) -> Pairs) -> Shortlists {
    let mut dice = Dice::new(SEED + 2);
    let mut lists = Shortlists::new(scores.mentors());
    let mut space = vec![NOT_ALLOWED; scores.mentors()];
    for mentee in 0..scores.mentees() {
        let mut chosen = choose(
            scores.row(mentee, &mut space).allowed().collect(),
            &mut dice,
        );
        chosen.sort_unstable();
        lists.push(chosen);
    }
    lists
}

fn best(mut pairs: Pairs, _: &mut Dice) -> Pairs {
    if pairs.len() > LISTED {
        pairs.select_nth_unstable_by_key(LISTED, |(mentor, score)| (u16::MAX - score, *mentor));
        pairs.truncate(LISTED);
    }
    pairs
}

fn random(pairs: Pairs, dice: &mut Dice) -> Pairs {
    let mut chosen = Pairs::new();
    while chosen.len() < LISTED.min(pairs.len()) {
        let drawn = dice.one_of(&pairs);
        chosen.extend(drawn.filter(|pair| !chosen.contains(pair)));
    }
    chosen
}

/// One core, every row once.
fn kernel(size: &Size) {
    let scores = programme(size.mentees, size.mentors, SEED);
    let mut space = vec![NOT_ALLOWED; scores.mentors()];
    let begun = ProcessTime::now();
    for mentee in 0..scores.mentees() {
        black_box(scores.row(mentee, &mut space));
    }
    let seconds = begun.elapsed().as_secs_f64();
    println!(r#"{{"seconds": {seconds}}}"#);
}

fn print(solved: &Solved) {
    let times = [solved.prepare, solved.solve, solved.prove, solved.elapsed];
    let [prepare, solve, prove, elapsed] = times.map(|time| time.as_secs_f64());
    println!(
        r#"{{"matched": {}, "score": {}, "prepare": {prepare}, "solve": {solve}, "prove": {prove}, "elapsed": {elapsed}, "kilobytes": {}}}"#,
        solved.total.matched,
        solved.total.score,
        most_memory().unwrap_or(0),
    );
}

/// In kilobytes, where Linux says so.
fn most_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}
