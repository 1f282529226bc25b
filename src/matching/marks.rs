//! The marks of a whole programme, kept where they take little enough memory, and else worked out each
//! time that they are asked for.

use super::kernel::{Kernel, Rule};
use super::scores::{Matrix, NOT_ALLOWED, Row, Scores};
use super::watch::{Cancelled, Watch};

/// How many marks are kept: 200 MB of them.
const MOST: usize = 100_000_000;

#[derive(Clone, Debug)]
pub enum Marks {
    Kept(Matrix),
    Priced(Kernel),
}

impl Marks {
    /// With some pairs that are not to be made, whatever the rules say.
    pub fn of(kernel: &Kernel, apart: &[(u32, u32)], watch: &Watch) -> Result<Self, Cancelled> {
        match Self::are_kept(kernel.mentees(), kernel.mentors()) {
            true => Self::kept(kernel, apart, watch),
            false => Ok(Self::priced(kernel, apart)),
        }
    }

    pub fn kept(kernel: &Kernel, apart: &[(u32, u32)], watch: &Watch) -> Result<Self, Cancelled> {
        let mut marks = Matrix::watched(kernel, watch)?;
        for (mentee, mentor) in apart {
            marks.set(*mentee as usize, *mentor as usize, NOT_ALLOWED);
        }
        Ok(Self::Kept(marks))
    }

    pub fn priced(kernel: &Kernel, apart: &[(u32, u32)]) -> Self {
        let mut named = vec![Vec::new(); kernel.mentees()];
        for (mentee, mentor) in apart {
            named[*mentee as usize].push(*mentor);
        }
        Self::Priced(kernel.clone().with(Rule::Named(named)))
    }

    /// Whether the marks of so many people are kept.
    pub fn are_kept(mentees: usize, mentors: usize) -> bool {
        mentees.saturating_mul(mentors) <= MOST
    }
}

impl Scores for Marks {
    fn mentees(&self) -> usize {
        match self {
            Self::Kept(marks) => marks.mentees(),
            Self::Priced(kernel) => kernel.mentees(),
        }
    }

    fn mentors(&self) -> usize {
        match self {
            Self::Kept(marks) => marks.mentors(),
            Self::Priced(kernel) => kernel.mentors(),
        }
    }

    fn row<'a>(&'a self, mentee: usize, space: &'a mut [u16]) -> Row<'a> {
        match self {
            Self::Kept(marks) => marks.row(mentee, space),
            Self::Priced(kernel) => kernel.row(mentee, space),
        }
    }

    fn mark(&self, mentee: usize, mentor: usize) -> u16 {
        match self {
            Self::Kept(marks) => marks.mark(mentee, mentor),
            Self::Priced(kernel) => kernel.mark(mentee, mentor),
        }
    }
}
