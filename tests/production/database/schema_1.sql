-- Schema version 1 as it was released. Never to be edited: databases of that time look like this.
BEGIN TRANSACTION;
CREATE TABLE aliases (
    "row" INTEGER NOT NULL,
    product TEXT NOT NULL,
    name TEXT NOT NULL,
    release TEXT NOT NULL,
    generation BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    PRIMARY KEY ("row"),
    UNIQUE (product, name),
    FOREIGN KEY(product, release, generation) REFERENCES generations (product, release, number)
);
CREATE TABLE checkpoints (
    "row" INTEGER NOT NULL,
    product TEXT NOT NULL,
    name TEXT NOT NULL,
    moment BIGINT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY ("row"),
    UNIQUE (product, name)
);
CREATE TABLE evaluations (
    "row" INTEGER NOT NULL,
    product TEXT NOT NULL,
    start BIGINT NOT NULL,
    "end" BIGINT NOT NULL,
    source TEXT NOT NULL,
    metric TEXT NOT NULL,
    value DOUBLE,
    rows BIGINT NOT NULL,
    computed_at BIGINT NOT NULL,
    PRIMARY KEY ("row")
);
CREATE TABLE events (
    "row" INTEGER NOT NULL,
    product TEXT NOT NULL,
    id TEXT NOT NULL,
    "key" TEXT NOT NULL,
    time BIGINT NOT NULL,
    release TEXT NOT NULL,
    generation BIGINT NOT NULL,
    manifest BIGINT NOT NULL,
    propensity DOUBLE NOT NULL,
    prediction BLOB NOT NULL,
    features TEXT,
    shadow BIGINT NOT NULL,
    PRIMARY KEY ("row")
);
CREATE TABLE generations (
    "row" INTEGER NOT NULL,
    product TEXT NOT NULL,
    release TEXT NOT NULL,
    number BIGINT NOT NULL,
    artifact TEXT NOT NULL,
    contract_version TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    start BIGINT NOT NULL,
    "end" BIGINT NOT NULL,
    known_by BIGINT NOT NULL,
    rows BIGINT NOT NULL,
    seed BIGINT NOT NULL,
    params TEXT NOT NULL,
    reason TEXT NOT NULL,
    scores TEXT NOT NULL,
    PRIMARY KEY ("row"),
    UNIQUE (product, release, number),
    FOREIGN KEY(product, release) REFERENCES releases (product, version),
    CONSTRAINT generations_start_at_one CHECK (number >= 1)
);
CREATE TABLE manifests (
    "row" INTEGER NOT NULL,
    product TEXT NOT NULL,
    revision BIGINT NOT NULL,
    document TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY ("row"),
    UNIQUE (product, revision)
);
CREATE TABLE outcomes (
    product TEXT NOT NULL,
    event TEXT NOT NULL,
    revision BIGINT NOT NULL,
    value TEXT NOT NULL,
    arrived BIGINT NOT NULL,
    occurred BIGINT NOT NULL,
    PRIMARY KEY (product, event, revision, value, arrived, occurred)
)
 WITHOUT ROWID

;
CREATE TABLE releases (
    "row" INTEGER NOT NULL,
    product TEXT NOT NULL,
    version TEXT NOT NULL,
    code_digest TEXT NOT NULL,
    contract_version TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY ("row"),
    UNIQUE (product, version)
);
INSERT INTO "releases" VALUES(1,'p','1.0.0','abc','1.0.0',1);
CREATE TABLE schema_version (
    version INTEGER NOT NULL,
    PRIMARY KEY (version)
);
INSERT INTO "schema_version" VALUES(1);
CREATE TABLE trainings (
    "row" INTEGER NOT NULL,
    product TEXT NOT NULL,
    release TEXT NOT NULL,
    requested_at BIGINT NOT NULL,
    reason TEXT NOT NULL,
    known_by BIGINT NOT NULL,
    rows BIGINT NOT NULL,
    seconds DOUBLE NOT NULL,
    verdict TEXT NOT NULL,
    detail TEXT NOT NULL,
    generation BIGINT,
    PRIMARY KEY ("row")
);
CREATE INDEX trainings_by_time ON trainings (product, requested_at);
CREATE INDEX evaluations_by_window ON evaluations (product, start, "end", source, metric);
CREATE UNIQUE INDEX events_shadowed_once ON events (product, id, release, generation) WHERE shadow = 1;
CREATE UNIQUE INDEX events_served_once ON events (product, id) WHERE shadow = 0;
CREATE INDEX events_by_time ON events (product, time, id);
CREATE INDEX outcomes_by_arrival ON outcomes (product, arrived);
COMMIT;
