//! Values to bytes: the theme, the body with its slots filled, documents, and the files a host reads.

pub mod body;
pub mod brand;
pub mod calendar;
pub mod component;
pub mod csv;
pub mod document;
pub mod fields;
pub mod fill;
pub mod fragment;
pub mod gather;
pub mod inspect;
pub mod menu;
pub mod offline;
pub mod packet;
pub mod review_board;
pub mod review_load;
pub mod review_status;
pub mod search;
mod search_cuts;
pub mod search_words;
pub mod site_files;
pub mod site_view;
pub mod structured_data;
pub mod style_sheet;
pub mod template;
pub mod theme;
pub mod view;
