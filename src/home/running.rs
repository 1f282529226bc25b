//! The part of a home page for whoever runs programmes, or the installation.

use crate::pairings::Pairing;
use crate::pairings::next::Next;
use crate::programmes::list::Listed;
use crate::programmes::stage::Stage;
use crate::programmes::standing::{self, Standing};

/// How many pairings a home page names for each programme.
const A_FEW: usize = 5;

/// A programme that the viewer coordinates.
pub struct Run {
    pub programme: Listed,
    pub standing: Standing,
    /// The pairings that wait for the coordinator or have not met, as many as fit.
    pub attention: Vec<(Pairing, Next)>,
    pub primary: bool,
}

/// The installation in three numbers, and what to begin with.
pub struct Administration {
    pub people: i64,
    pub programmes: usize,
    pub without_coordinator: usize,
    pub first_step: Option<FirstStep>,
    pub primary: bool,
}

/// What an installation needs before anybody can be mentored.
pub struct FirstStep {
    pub sentence: &'static str,
    pub advice: &'static str,
    pub href: String,
    pub button: &'static str,
}

impl Run {
    /// The programmes run by the viewer, but for those that are over and done with.
    pub fn all(programmes: &[Listed], pairings: &[Pairing]) -> Vec<Run> {
        programmes
            .iter()
            .filter(|programme| programme.run_by_viewer)
            .map(|programme| Run::of(programme.clone(), pairings))
            .filter(|run| {
                let Standing {
                    offered,
                    live,
                    proposed,
                    ..
                } = run.standing;
                !run.is_over() || offered + live + proposed > 0
            })
            .collect()
    }

    /// Nothing new begins in it.
    pub fn is_over(&self) -> bool {
        match self.programme.stage() {
            Stage::Finished(_) | Stage::Archived(_) => true,
            Stage::Draft(_) | Stage::Enrolling(_) | Stage::Running(_) => false,
        }
    }

    pub fn look(&self) -> &'static str {
        if self.primary { "" } else { "second" }
    }

    fn of(programme: Listed, pairings: &[Pairing]) -> Run {
        let of_it = || {
            pairings
                .iter()
                .filter(|pairing| pairing.programme.id == programme.id)
        };
        let standing = Standing::of(of_it(), programme.unpaired);
        let mut attention: Vec<Pairing> = of_it()
            .filter(|pairing| standing::waits_for_coordinator(pairing))
            .cloned()
            .collect();
        standing::exceptions_first(&mut attention);
        attention.truncate(A_FEW);
        Run {
            standing,
            attention: attention
                .into_iter()
                .map(|pairing| {
                    let next = Next::of(&pairing);
                    (pairing, next)
                })
                .collect(),
            primary: false,
            programme,
        }
    }
}

impl Administration {
    pub fn of(people: i64, programmes: &[Listed]) -> Administration {
        let without = |one: &&Listed| one.coordinators.is_empty() && !one.stage().is_archived();
        Administration {
            people,
            programmes: programmes.len(),
            without_coordinator: programmes.iter().filter(without).count(),
            first_step: first_step(people, programmes),
            primary: false,
        }
    }
}

fn first_step(people: i64, programmes: &[Listed]) -> Option<FirstStep> {
    if people <= 1 {
        return Some(FirstStep {
            sentence: "Add people",
            advice: "You are the only one here so far. Begin with those who will coordinate.",
            href: "/people/new".into(),
            button: "Add people",
        });
    }
    if programmes.is_empty() {
        return Some(FirstStep {
            sentence: "Make the first programme",
            advice: "It takes a name, its dates and a coordinator, who then enrols people.",
            href: "/programmes/new".into(),
            button: "Make the first programme",
        });
    }
    let orphan = programmes
        .iter()
        .find(|one| one.coordinators.is_empty() && !one.stage().is_archived())?;
    Some(FirstStep {
        sentence: "Name a coordinator",
        advice: "A programme has nobody who could enrol people or pair them.",
        href: format!("{}/coordinators", orphan.path()),
        button: "Name a coordinator",
    })
}
