//! The pairs of the two programmes, each with a story of its own. The words of one are never
//! those of another.

mod asha;
mod beginnings;
mod endings;
mod hannah;
mod moving_on;
mod sofia;
mod under_way;

use super::story::Story;

pub const CAREER: &[&Story] = &[
    &asha::STORY,
    &hannah::STORY,
    &sofia::CALLUM,
    &sofia::BRAM,
    &under_way::LUCA,
    &under_way::YASMIN,
    &under_way::NGOZI,
    &under_way::PIOTR,
    &moving_on::EMILY,
    &moving_on::ISLA,
    &beginnings::WEI_LIN,
    &beginnings::ANANYA,
    &beginnings::HUGH,
    &beginnings::ZAINAB,
    &beginnings::TARIQ,
    &beginnings::MATEUS,
    &beginnings::ELEANOR,
    &beginnings::JEROEN,
    &endings::ROHAN,
];

pub const NEW_LEADERS: &[&Story] = &[
    &under_way::JOANNE,
    &under_way::DEEPIKA,
    &moving_on::VIKRAM,
    &beginnings::FEMKE,
    &endings::SAMUEL,
    &endings::JACK,
];
