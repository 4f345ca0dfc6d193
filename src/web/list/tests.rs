use super::*;
use crate::web::Context;

#[derive(Clone, Debug, Default, PartialEq)]
struct Shelf(String);

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Column {
    #[default]
    Name,
    Size,
}

impl Sort for Column {
    const COLUMNS: &'static [(Self, &'static str, &'static str)] =
        &[(Self::Name, "name", "a"), (Self::Size, "size", "b")];
}

impl Filters for Shelf {
    const PATH: &'static str = "/shelf";
    const NAME: &'static str = "shelf";
    type Sort = Column;

    fn read(sent: &Parameters) -> Self {
        Self(sent.trimmed("q", 3))
    }

    fn pairs(&self) -> Vec<(&'static str, Cow<'_, str>)> {
        (!self.0.is_empty()).then(|| ("q", (&*self.0).into())).into_iter().collect()
    }
}

fn read(query: &str) -> Query<Shelf> {
    Query::read(&Parameters::parse(query))
}

#[test]
fn an_address_holds_what_differs_from_the_plain_list() {
    assert_eq!(Query::<Shelf>::default().href(), "/shelf");
    let all = "/shelf?q=a+b&sort=size&dir=desc&page=2";
    assert_eq!(read(&all[7..]).href(), all);
    assert_eq!(read("q=%20abcdef").href(), "/shelf?q=abc");
    assert_eq!(read("dir=desc").href(), "/shelf?sort=name&dir=desc");
}

#[test]
fn a_column_sorts_from_the_first_page_and_again_the_other_way() {
    let sorted = read("q=a&page=7").sorted_by(Column::Size);
    assert_eq!(sorted.href(), "/shelf?q=a&sort=size&dir=asc");
    assert_eq!(sorted.sorted_by(Column::Size).href(), "/shelf?q=a&sort=size&dir=desc");
}

#[test]
fn senseless_parameters_are_as_if_they_were_not_there() {
    assert_eq!(read("sort=id; DROP&dir=up&page=x&q=&other=1"), Query::default());
    let page = |page: &str| read(&format!("page={page}")).page;
    assert_eq!(["", "0", "-1", "x", "+3", "3"].map(page), [1, 1, 1, 1, 1, 3]);
    assert_eq!(page("99999999999"), 99_999_999_999);
    assert_eq!(page("99999999999999999999999"), u64::MAX);
}

#[test]
fn a_page_past_the_last_is_the_last() {
    let at = |page, total| Listing::<Shelf, ()>::new(&read(&format!("page={page}")), total);
    for (page, total, expected) in [(1, 0, 1), (9, 0, 1), (2, 26, 2), (3, 26, 2), (u64::MAX, 50, 2)] {
        assert_eq!(at(page, total).query.page, expected, "{page} of {total}");
    }
    assert_eq!(at(2, 26).range(), (25, 1));
    assert_eq!(at(1, 0).range(), (0, 0));
}

#[test]
fn the_last_page_leads_back_and_no_further() {
    let pager = pager(&Context::default(), &Listing::<Shelf, ()>::new(&read("page=3"), 60)).into_string();
    assert!(pager.contains("id=\"page-previous\" href=\"/shelf?page=2\""), "{pager}");
    assert!(!pager.contains("id=\"page-next\""), "{pager}");
}
