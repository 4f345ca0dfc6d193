//! The server goes away while people work.

use crate::axe::inspect;
use crate::chromium::browse;
use crate::forms::{assert_written, write_product};
use crate::site::Site;
use crate::support::{Browser, Flow};
use crate::tab::Tab;

const RETRYING: &str = "La conexión se ha interrumpido.";

#[test]
fn a_form_sent_while_no_replica_answers_is_saved_once_when_one_does() {
    browse(Site::new(), async |tab, site| {
        let ana = writing(tab, site).await;
        site.leave();
        tab.press("Crear producto").await;
        tab.wait_for_text(RETRYING).await;
        inspect(tab, "trying again").await;
        assert_written(tab, "Café").await;
        site.come_back();
        assert_saved(tab, ana).await;
    });
}

#[test]
fn a_form_sent_without_a_connection_is_saved_once_when_there_is_one() {
    browse(Site::new(), async |tab, site| {
        let ana = writing(tab, site).await;
        site.wire.refuse();
        tab.press("Crear producto").await;
        tab.wait_for_text(RETRYING).await;
        site.wire.heal();
        assert_saved(tab, ana).await;
    });
}

#[test]
fn a_form_whose_answer_is_lost_is_saved_once() {
    browse(Site::new(), async |tab, site| {
        let ana = writing(tab, site).await;
        site.wire.cut_answer_to(b"POST /products", 0);
        tab.press("Crear producto").await;
        assert_saved(tab, ana).await;
    });
}

#[test]
fn a_form_that_is_not_answered_soon_is_said_to_be_under_way_still() {
    browse(Site::new(), async |tab, site| {
        let ana = writing(tab, site).await;
        site.wire.answers(Flow::Hold);
        tab.press("Crear producto").await;
        tab.wait_for(
            "document.querySelector('#connection[role=status]').textContent.startsWith('Está tardando')",
        )
        .await;
        inspect(tab, "slow").await;
        assert_written(tab, "Café").await;
        site.wire.heal();
        assert_saved(tab, ana).await;
    });
}

#[test]
fn a_page_that_gives_up_keeps_what_was_typed_and_offers_to_try_again() {
    browse(Site::new(), async |tab, site| {
        let ana = writing(tab, site).await;
        site.leave();
        tab.press("Crear producto").await;
        tab.wait_for_text(RETRYING).await;
        // Its patience need not be a test's.
        tab.eval("(now => performance.now = () => now + 60000)(performance.now())").await;
        tab.wait_for_text("No hay respuesta. Lo que has escrito sigue aquí.").await;
        inspect(tab, "given up").await;
        assert_written(tab, "Café").await;
        site.come_back();
        tab.press("Intentar de nuevo").await;
        assert_saved(tab, ana).await;
    });
}

#[test]
fn a_search_while_the_server_is_away_is_answered_when_it_is_back() {
    browse(Site::new(), async |tab, site| {
        tab.sign_in_as(&site.with_products(30).await).await;
        tab.open("/products").await;
        site.leave();
        tab.fill("q", "codo").await;
        tab.wait_for_text(RETRYING).await;
        site.come_back();
        tab.wait_for_text("5 resultados").await;
        assert_eq!(tab.texts("#connection").await, [""]);
    });
}

#[test]
fn a_page_that_says_that_something_is_away_comes_back_by_itself() {
    browse(Site::new(), async |tab, site| {
        tab.sign_in_as(&site.replica.person("Ana").await).await;
        site.products.refuse();
        tab.open("/products").await;
        tab.wait_for_page("Un momento, por favor").await;
        assert!(tab.has("header .person").await, "nobody is signed out by it");
        site.products.heal();
        tab.wait_for_page("Productos").await;
    });
}

/// Somebody with the form of a new product filled in.
async fn writing(tab: &Tab, site: &Site) -> Browser {
    let ana = site.replica.person("Ana").await;
    tab.sign_in_as(&ana).await;
    tab.open("/products/new").await;
    write_product(tab, "Café").await;
    ana
}

async fn assert_saved(tab: &Tab, mut ana: Browser) {
    tab.wait_for_page("Café").await;
    assert_eq!(tab.texts("#connection").await, [""], "nothing is said of it any more");
    assert_eq!(ana.get("/products").await.products(), ["Café"]);
}
