//! Passkeys, with an authenticator in software.

use bodega::db::users_schema::passkeys;
use bodega::web::{Language, Message};
use crypto_glue::ecdsa_p256::{self, EcdsaP256DerSignature, EcdsaP256SigningKey};
use crypto_glue::traits::{SignatureEncoding, Signer, ToSec1Point};
use data_encoding::BASE64URL_NOPAD;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;
use webauthn_authenticator_rs::WebauthnAuthenticator;
use webauthn_authenticator_rs::softpasskey::SoftPasskey;
use webauthn_rs_proto::{CreationChallengeResponse, RequestChallengeResponse};

use crate::factor::{Person, logged};
use crate::support::{Browser, Form, PASSWORD, Proxy, Replica, Shop, shared_mysql, shared_redis, unique};

/// Where the tests' replicas say that they are.
const SITE: &str = "http://localhost:8080";

/// Somebody's device: what it signs with, and what it remembers of the one account it has a key for.
pub struct Device {
    token: SoftPasskey,
    handle: Value,
    key: Value,
}

fn site() -> Url {
    Url::parse(SITE).unwrap()
}

impl Device {
    pub fn new() -> Self {
        Self { token: SoftPasskey::new(true), handle: Value::Null, key: Value::Null }
    }

    /// Makes a key, and fills in the page's form.
    pub async fn enrol(&mut self, browser: &mut Browser) -> Form {
        let form = browser.get("/account/passkeys").await.form_to("/account/passkeys");
        let asked = ask(browser, "/account/passkeys/options").await;
        let mut options = asked["options"].clone();
        assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
        assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
        self.handle = options["user"]["id"].clone();
        // The software cannot keep keys; this test does it instead.
        options["authenticatorSelection"]["requireResidentKey"] = json!(false);
        let options: CreationChallengeResponse =
            serde_json::from_value(json!({ "publicKey": options })).unwrap();
        let made = self.token.do_registration(site(), options).expect("a key");
        self.key = json!({ "type": "public-key", "id": made.id });
        fill(form, &asked, &made).fill("name", "Portátil").fill("password", PASSWORD)
    }

    /// Signs a challenge, and fills in the form of the sign-in page.
    pub async fn sign(&mut self, browser: &mut Browser, page: &str) -> Form {
        let form = browser.get(page).await.form_to("/login/passkey");
        let asked = ask(browser, "/login/passkey/options").await;
        let mut options = asked["options"].clone();
        assert_eq!(options["allowCredentials"], json!([]), "any key that the device has");
        assert_eq!(options["userVerification"], "required");
        options["allowCredentials"] = json!([self.key]);
        let options: RequestChallengeResponse =
            serde_json::from_value(json!({ "publicKey": options })).unwrap();
        let signed = self.token.do_authentication(site(), options).expect("a signature");
        let mut signed = serde_json::to_value(signed).unwrap();
        signed["response"]["userHandle"] = self.handle.clone();
        fill(form, &asked, &signed)
    }
}

async fn ask(browser: &mut Browser, path: &str) -> Value {
    let answer = browser.post(path, "").await;
    answer.assert_status(200);
    serde_json::from_slice(&answer.body).expect("JSON")
}

fn fill(form: Form, asked: &Value, credential: &impl serde::Serialize) -> Form {
    let credential = serde_json::to_string(credential).unwrap();
    form.fill("challenge", asked["challenge"].as_str().unwrap()).fill("credential", credential)
}

pub async fn person_with_a_passkey(replica: &Replica) -> (Browser, Device) {
    let (mut ana, mut device) = (replica.person("Ana").await, Device::new());
    let form = device.enrol(&mut ana).await;
    ana.submit(&form).await.assert_redirect("/account/passkeys");
    (ana, device)
}

#[tokio::test]
async fn a_passkey_signs_in_without_a_password_whichever_replica_asks_and_answers() {
    let shop = Shop::new().await;
    let replicas = [shop.replica().await, shop.replica().await];
    let (mut ana, mut device) = (replicas[0].person("Ana").await, Device::new());
    let form = device.enrol(&mut ana).await;
    ana.at(&replicas[1]).submit(&form).await.assert_redirect("/account/passkeys");
    let mut visitor = replicas[0].visitor();
    let form = device.sign(&mut visitor, "/login?next=%2Fproducts%3Fq%3Dx").await;
    visitor.at(&replicas[1]).submit(&form).await.assert_redirect("/products?q=x");
    let page = visitor.at(&replicas[0]).get("/account/passkeys").await;
    page.assert_page(200, Language::Spanish);
    assert!(page.text_of(".choice").contains("Portátil"), "{}", page.text());
    assert_eq!(logged(&shop, "passkey-added").await, 1);
}

#[tokio::test]
async fn it_stands_for_both_steps() {
    let replica = Shop::new().await.replica().await;
    let (mut ana, mut device) = (Person::new(&replica).await, Device::new());
    let form = device.enrol(&mut ana.browser).await.fill("code", ana.phone.code(1));
    ana.browser.submit(&form).await.assert_redirect("/account/passkeys");
    let mut visitor = replica.visitor();
    let form = device.sign(&mut visitor, "/login").await;
    visitor.submit(&form).await.assert_redirect("/products");
}

#[tokio::test]
async fn an_answer_is_taken_once() {
    let replica = Shop::new().await.replica().await;
    let (_, mut device) = person_with_a_passkey(&replica).await;
    let (mut visitor, mut thief) = (replica.visitor(), replica.visitor());
    let form = device.sign(&mut visitor, "/login").await;
    visitor.submit(&form).await.assert_redirect("/products");
    let answer = thief.submit(&form).await;
    answer.assert_page(422, Language::Spanish);
    assert_eq!(answer.alert(), Message::new("passkey-failed").text(Language::Spanish));
    assert_eq!(thief.cookie("bodega_session"), None);
}

/// As HAProxy does: the next replica gets the same form after a 503, or after an answer that was lost.
#[tokio::test]
async fn an_answer_that_comes_again_after_an_outage_or_a_lost_answer_leads_to_one_session() {
    let shop = Shop::new().await;
    let wire = Proxy::before(&shared_mysql()).await;
    let through = shop.through(&wire.address(), &shared_mysql(), &shared_redis());
    let replicas = [through.replica().await, through.replica().await];
    let (_, mut device) = person_with_a_passkey(&replicas[0]).await;
    let mut visitor = replicas[0].visitor();
    let form = device.sign(&mut visitor, "/login").await;
    wire.refuse();
    visitor.submit(&form).await.assert_status(503);
    wire.heal();
    let mut again = visitor.clone();
    visitor.at(&replicas[1]).submit(&form).await.assert_redirect("/products");
    again.submit(&form).await.assert_redirect("/products");
    assert_eq!(visitor.session(), again.session());
    visitor.get("/products").await.assert_status(200);
    assert_eq!((logged(&shop, "signed-in").await, logged(&shop, "sign-in-failed").await), (2, 0));
    visitor.submit(&Form::forged("/logout", &[])).await.assert_redirect("/login");
    again.submit(&form).await.assert_status(422);
    again.get("/products").await.assert_status(303);
}

#[tokio::test]
async fn an_answer_that_two_replicas_get_at_once_leads_to_one_session() {
    let shop = Shop::new().await;
    let replicas = [shop.replica().await, shop.replica().await];
    let (_, mut device) = person_with_a_passkey(&replicas[0]).await;
    for _ in 0..5 {
        let mut visitor = replicas[0].visitor();
        let form = device.sign(&mut visitor, "/login").await;
        let mut again = visitor.clone();
        let (first, second) = tokio::join!(visitor.submit(&form), again.at(&replicas[1]).submit(&form));
        first.assert_redirect("/products");
        second.assert_redirect("/products");
        assert_eq!(visitor.session(), again.session());
    }
}

#[tokio::test]
async fn what_was_signed_for_another_challenge_or_person_or_by_another_key_is_refused() {
    let replica = Shop::new().await.replica().await;
    let (_, mut device) = person_with_a_passkey(&replica).await;
    let (_, mut other) = person_with_a_passkey(&replica).await;
    let mut visitor = replica.visitor();
    let (first, second) =
        (device.sign(&mut visitor, "/login").await, device.sign(&mut visitor, "/login").await);
    let swapped = first.clone().fill("challenge", second.value("challenge"));
    visitor.submit(&swapped).await.assert_status(422);
    let own = device.handle.clone();
    device.handle = other.handle.clone();
    let form = device.sign(&mut visitor, "/login").await;
    visitor.submit(&form).await.assert_status(422);
    device.handle = own;
    let mut form = device.sign(&mut visitor, "/login").await;
    let mut forged: Value = serde_json::from_str(form.value("credential")).unwrap();
    let good: Value =
        serde_json::from_str(other.sign(&mut visitor, "/login").await.value("credential")).unwrap();
    forged["response"]["signature"] = good["response"]["signature"].clone();
    form = form.fill("credential", forged.to_string());
    visitor.submit(&form).await.assert_status(422);
    for (challenge, credential) in [("", ""), ("x", "{}"), ("0123456789abcdef0123456789abcdef", "null")] {
        let form = form.clone().fill("challenge", challenge).fill("credential", credential);
        visitor.submit(&form).await.assert_status(422);
    }
    assert_eq!(visitor.cookie("bodega_session"), None);
}

/// What a device signs for a page within one of another site, which no authenticator here would do: a key of the test
/// itself stands in the passkey's row.
#[tokio::test]
async fn what_was_signed_within_a_page_of_another_site_is_refused() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let (_, mut device) = person_with_a_passkey(&replica).await;
    let key = ecdsa_p256::new_key();
    replace_key(&shop, key.public_key().to_sec1_point(false).as_bytes()).await;
    for (is_within, status) in [(false, 303), (true, 422)] {
        let mut visitor = replica.visitor();
        let form = device.sign(&mut visitor, "/login").await;
        let mut signed: Value = serde_json::from_str(form.value("credential")).unwrap();
        let part = |name: &str| BASE64URL_NOPAD.decode(signed["response"][name].as_str().unwrap().as_bytes());
        let mut client: Value = serde_json::from_slice(&part("clientDataJSON").unwrap()).unwrap();
        client["crossOrigin"] = json!(is_within);
        let client = client.to_string();
        let data = [part("authenticatorData").unwrap(), Sha256::digest(&client).to_vec()].concat();
        let signature: EcdsaP256DerSignature = EcdsaP256SigningKey::from(&key).sign(&data);
        for (name, bytes) in [("clientDataJSON", client.as_bytes()), ("signature", &signature.to_vec())] {
            signed["response"][name] = json!(BASE64URL_NOPAD.encode(bytes));
        }
        visitor.submit(&form.fill("credential", signed.to_string())).await.assert_status(status);
    }
}

/// `point` is 4, x, y.
async fn replace_key(shop: &Shop, point: &[u8]) {
    let mut connection = shop.users_connection().await;
    let stored: String = passkeys::table.select(passkeys::credential).first(&mut connection).await.unwrap();
    let mut credential: Value = serde_json::from_str(&stored).unwrap();
    let key = credential.pointer_mut("/cred/cred/key/EC_EC2").unwrap_or_else(|| panic!("{stored}"));
    (key["x"], key["y"]) =
        (json!(BASE64URL_NOPAD.encode(&point[1..33])), json!(BASE64URL_NOPAD.encode(&point[33..])));
    let replaced = diesel::update(passkeys::table).set(passkeys::credential.eq(credential.to_string()));
    replaced.execute(&mut connection).await.unwrap();
}

#[tokio::test]
async fn adding_one_needs_the_password_a_name_and_an_answer_to_ones_own_challenge() {
    let replica = Shop::new().await.replica().await;
    let (mut ana, mut luis) = (replica.person("Ana").await, replica.person("Luis").await);
    let form = Device::new().enrol(&mut ana).await;
    let wrong = ana.submit(&form.clone().fill("password", "not the password")).await;
    wrong.assert_message("password", &Message::new("factor-password-wrong"), Language::Spanish);
    let nameless = ana.submit(&form.clone().fill("name", " ")).await;
    nameless.assert_message("name", &Message::new("required-field"), Language::Spanish);
    let stolen = luis.get("/account/passkeys").await.form_to("/account/passkeys");
    let stolen =
        stolen.fill("challenge", form.value("challenge")).fill("credential", form.value("credential"));
    luis.submit(&stolen.fill("name", "x").fill("password", PASSWORD)).await.assert_status(422);
    ana.submit(&form).await.assert_redirect("/account/passkeys");
    assert_eq!(ana.get("/account/passkeys").await.texts(".choice").len(), 1);
}

#[tokio::test]
async fn a_removed_one_does_not_sign_in_and_nobody_removes_anothers() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let (mut ana, mut device) = person_with_a_passkey(&replica).await;
    let (mut luis, _) = person_with_a_passkey(&replica).await;
    let page = ana.get("/account/passkeys").await;
    let key = page.attribute("input[type='radio']", "value");
    let form = luis.get("/account/passkeys").await.form_to("/account/passkeys/remove");
    luis.submit(&form.fill("passkey", &key).fill("password", PASSWORD)).await.assert_status(422);
    let mut visitor = replica.visitor();
    let signed = device.sign(&mut visitor, "/login").await;
    let form = page.form_to("/account/passkeys/remove").fill("passkey", &key);
    ana.submit(&form.clone().fill("password", "not the password")).await.assert_status(422);
    ana.submit(&form.fill("password", PASSWORD)).await.assert_redirect("/account/passkeys");
    visitor.submit(&signed).await.assert_status(422);
    assert_eq!(logged(&shop, "passkey-removed").await, 1);
}

#[tokio::test]
async fn a_disabled_person_is_not_let_in() {
    let shop = Shop::new().await;
    let replica = shop.replica().await;
    let (_, mut device) = person_with_a_passkey(&replica).await;
    let mut connection = shop.users_connection().await;
    let disable = "UPDATE accounts SET disabled_at = UTC_TIMESTAMP()";
    diesel_async::SimpleAsyncConnection::batch_execute(&mut connection, disable).await.unwrap();
    let mut visitor = replica.visitor();
    let form = device.sign(&mut visitor, "/login").await;
    visitor.submit(&form).await.assert_status(422);
}

#[tokio::test]
async fn losing_everything_includes_passkeys() {
    let replica = Shop::new().await.replica().await;
    let (mut ana, mut device) = (Person::new(&replica).await, Device::new());
    let form = device.enrol(&mut ana.browser).await.fill("code", ana.phone.code(1));
    ana.browser.submit(&form).await.assert_redirect("/account/passkeys");
    let reset = bodega::cli::operator::factor::reset(&ana.email, false, &replica.app.users).await.unwrap();
    assert_eq!(reset, Some(true));
    let mut visitor = replica.visitor();
    let form = device.sign(&mut visitor, "/login").await;
    visitor.submit(&form).await.assert_status(422);
}

#[tokio::test]
async fn where_the_address_does_not_allow_them_there_are_none() {
    let shop = Shop::new().await;
    let replica = shop.replica_with(&["--public-url", "http://192.0.2.1:8080"]).await;
    let mut visitor = replica.visitor();
    assert!(!visitor.get("/login").await.has("form[action='/login/passkey']"));
    visitor.post("/login/passkey/options", "").await.assert_status(404);
    let email = unique("ana") + "@example.com";
    let mut ana = replica.person_at("Ana", &email).await;
    ana.get("/account/passkeys").await.assert_page(404, Language::Spanish);
}
