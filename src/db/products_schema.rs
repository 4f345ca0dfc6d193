// @generated automatically by Diesel CLI.

diesel::table! {
    categories (name) {
        #[max_length = 60]
        name -> Varchar,
        products -> Unsigned<Integer>,
    }
}

diesel::table! {
    jobs (id) {
        #[max_length = 16]
        id -> Binary,
        #[max_length = 40]
        kind -> Varchar,
        input -> Text,
        position -> Text,
        steps -> Unsigned<Integer>,
        done -> Unsigned<Integer>,
        total -> Nullable<Unsigned<Integer>>,
        run_at -> Nullable<Datetime>,
        lease -> Unsigned<Integer>,
        #[max_length = 64]
        replica -> Varchar,
        tries -> Unsigned<Integer>,
        #[max_length = 255]
        last_error -> Nullable<Varchar>,
        created_at -> Datetime,
        taken_at -> Nullable<Datetime>,
        ended_at -> Nullable<Datetime>,
        failed_at -> Nullable<Datetime>,
    }
}

diesel::table! {
    product_words (word, product_id) {
        #[max_length = 32]
        word -> Varchar,
        #[max_length = 16]
        product_id -> Binary,
    }
}

diesel::table! {
    products (id) {
        #[max_length = 16]
        id -> Binary,
        #[max_length = 120]
        name -> Varchar,
        #[max_length = 40]
        code -> Varchar,
        #[max_length = 80]
        code_key -> Varchar,
        #[max_length = 2000]
        description -> Varchar,
        units -> Unsigned<Integer>,
        #[max_length = 60]
        category -> Varchar,
        words -> Text,
        version -> Unsigned<Integer>,
        created_at -> Datetime,
        updated_at -> Datetime,
        #[max_length = 16]
        updated_by -> Binary,
        #[max_length = 121]
        updated_by_name -> Varchar,
        deleted_at -> Nullable<Datetime>,
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

diesel::allow_tables_to_appear_in_same_query!(categories, jobs, product_words, products, submissions);
