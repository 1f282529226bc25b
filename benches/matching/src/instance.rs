//! Scores and places in a file, as all who are compared read them. Numbers are little-endian:
//!
//! - 32 bits each: how many mentees, how many mentors, and 1 if there are lists, otherwise 0;
//! - 32 bits for each mentor: their places;
//! - for each mentee, 16 bits for each mentor: their marks (see `scores`). With lists, 32 bits: how
//!   many mentors; 32 bits for each: who; 16 bits for each: their marks.

use crate::matching::scores::{Matrix, NOT_ALLOWED, Row, Scores, Shortlists};
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};

pub struct Instance {
    pub scores: Kept,
    pub places: Vec<u32>,
}

pub enum Kept {
    Every(Matrix),
    Listed(Shortlists),
}

impl Scores for Kept {
    fn mentees(&self) -> usize {
        match self {
            Self::Every(matrix) => matrix.mentees(),
            Self::Listed(lists) => lists.mentees(),
        }
    }

    fn mentors(&self) -> usize {
        match self {
            Self::Every(matrix) => matrix.mentors(),
            Self::Listed(lists) => lists.mentors(),
        }
    }

    fn row<'a>(&'a self, mentee: usize, space: &'a mut [u16]) -> Row<'a> {
        match self {
            Self::Every(matrix) => matrix.row(mentee, space),
            Self::Listed(lists) => lists.row(mentee, space),
        }
    }

    fn mark(&self, mentee: usize, mentor: usize) -> u16 {
        match self {
            Self::Every(matrix) => matrix.mark(mentee, mentor),
            Self::Listed(lists) => lists.mark(mentee, mentor),
        }
    }
}

impl Instance {
    pub fn write(&self, path: &str) -> io::Result<()> {
        let mut file = BufWriter::new(File::create(path)?);
        let listed = matches!(self.scores, Kept::Listed(_));
        let (mentees, mentors) = (self.scores.mentees(), self.scores.mentors());
        for number in [mentees, mentors, usize::from(listed)] {
            file.write_all(&index(number).to_le_bytes())?;
        }
        numbers(&mut file, &self.places)?;
        for mentee in 0..mentees {
            let marks = match self.scores.row(mentee, &mut []) {
                Row::Every(marks) => marks,
                Row::Some(mentors, marks) => {
                    file.write_all(&index(mentors.len()).to_le_bytes())?;
                    numbers(&mut file, mentors)?;
                    marks
                }
            };
            for mark in marks {
                file.write_all(&mark.to_le_bytes())?;
            }
        }
        file.flush()
    }

    pub fn read(path: &str) -> io::Result<Self> {
        let mut file = BufReader::new(File::open(path)?);
        let (mentees, mentors) = (number(&mut file)? as usize, number(&mut file)? as usize);
        let listed = number(&mut file)? == 1;
        let places = (0..mentors)
            .map(|_| number(&mut file))
            .collect::<io::Result<_>>()?;
        let scores = match listed {
            true => Kept::Listed(lists(&mut file, mentees, mentors)?),
            false => Kept::Every(matrix(&mut file, mentees, mentors)?),
        };
        Ok(Self { scores, places })
    }
}

fn numbers(file: &mut impl Write, numbers: &[u32]) -> io::Result<()> {
    (numbers.iter()).try_for_each(|number| file.write_all(&number.to_le_bytes()))
}

fn index(number: usize) -> u32 {
    u32::try_from(number).expect("32 bits are enough")
}

fn number(file: &mut impl Read) -> io::Result<u32> {
    let mut bytes = [0; 4];
    file.read_exact(&mut bytes)?;
    Ok(u32::from_le_bytes(bytes))
}

fn mark(file: &mut impl Read) -> io::Result<u16> {
    let mut bytes = [0; 2];
    file.read_exact(&mut bytes)?;
    Ok(u16::from_le_bytes(bytes))
}

fn matrix(file: &mut impl Read, mentees: usize, mentors: usize) -> io::Result<Matrix> {
    let mut read = Ok(());
    let matrix = Matrix::new(mentees, mentors, |_, _| {
        mark(file).unwrap_or_else(|error| {
            read = Err(error);
            NOT_ALLOWED
        })
    });
    read.map(|()| matrix)
}

fn lists(file: &mut impl Read, mentees: usize, mentors: usize) -> io::Result<Shortlists> {
    let mut lists = Shortlists::new(mentors);
    for _ in 0..mentees {
        let length = number(file)?;
        let listed: Vec<_> = (0..length)
            .map(|_| number(file))
            .collect::<io::Result<_>>()?;
        let marks: Vec<_> = (0..length).map(|_| mark(file)).collect::<io::Result<_>>()?;
        lists.push(Row::Some(&listed, &marks).allowed());
    }
    Ok(lists)
}
