// @generated automatically by Diesel CLI.

diesel::table! {
    accounts (id) {
        #[max_length = 16]
        id -> Binary,
        #[max_length = 60]
        first_name -> Varchar,
        #[max_length = 60]
        last_name -> Varchar,
        #[max_length = 254]
        email -> Varchar,
        #[max_length = 508]
        email_key -> Varchar,
        #[max_length = 255]
        password_hash -> Varchar,
        #[max_length = 20]
        role -> Varchar,
        #[max_length = 2]
        language -> Char,
        created_at -> Datetime,
        updated_at -> Datetime,
    }
}

diesel::table! {
    settings (name) {
        #[max_length = 40]
        name -> Varchar,
        #[max_length = 255]
        value -> Varbinary,
    }
}

diesel::table! {
    sign_ins (id) {
        #[max_length = 32]
        id -> Binary,
        #[max_length = 16]
        account_id -> Binary,
        #[max_length = 45]
        address -> Varchar,
        #[max_length = 255]
        agent -> Varchar,
        created_at -> Datetime,
        last_seen_at -> Datetime,
        ended_at -> Nullable<Datetime>,
        #[max_length = 20]
        ended_because -> Nullable<Varchar>,
        lingering -> Bool,
    }
}

diesel::table! {
    submissions (person, submission) {
        #[max_length = 16]
        person -> Binary,
        #[max_length = 16]
        submission -> Binary,
        #[max_length = 32]
        fingerprint -> Binary,
        answer -> Nullable<Text>,
        created_at -> Datetime,
    }
}

diesel::allow_tables_to_appear_in_same_query!(accounts, settings, sign_ins, submissions);
