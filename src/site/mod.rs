//! Many pages, as their facts alone: routes, navigation, the register of reviews, links. No body is seen here.

pub mod link;
pub mod navigation;
pub mod prints;
pub mod register;
pub mod reviews;
pub mod routes;
pub mod settle;
pub mod standing;
