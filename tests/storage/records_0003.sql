-- What Galleria kept at revision 0003, before it noted by whose hands accounts came to be: an administrator, and an
-- account that she made, signed one declaration. Written by that version, as SQL; nobody is signed in.
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0003');
CREATE TABLE "audit" (
	id INTEGER NOT NULL, 
	time DOUBLE NOT NULL, 
	actor VARCHAR(32) NOT NULL, 
	actor_kind VARCHAR(10) NOT NULL, 
	action VARCHAR(60) NOT NULL, 
	subject VARCHAR(200) NOT NULL, 
	facts JSON NOT NULL, 
	leaf VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_audit PRIMARY KEY (id)
);
INSERT INTO "audit" VALUES(1,1790000000.0,'5830ca2fb25650b47a315181b28648c8','user','user.first','user:5830ca2fb25650b47a315181b28648c8','{}','4c5011912a4444d198bf1cc1bd923afda29696792765d7ca9dd7e31f805cee39');
INSERT INTO "audit" VALUES(2,1790000000.0,'5830ca2fb25650b47a315181b28648c8','user','sign-in','user:5830ca2fb25650b47a315181b28648c8','{"address": ""}','1ecb085e0882763eb3c6e64e482a209ba06e102be02c5826b0955b9b099be2be');
INSERT INTO "audit" VALUES(3,1790000000.0,'5830ca2fb25650b47a315181b28648c8','user','user.created','user:0cdf3e6bb4f5c5960999d400bd62ac64','{"role": "operator"}','3f54340f21348f53c3c7310a019484ab5e5a80bda2e1dc461a9bdd06c69acd2c');
INSERT INTO "audit" VALUES(4,1790000000.0,'0cdf3e6bb4f5c5960999d400bd62ac64','user','password.set','user:0cdf3e6bb4f5c5960999d400bd62ac64','{}','3c76f70af3eac9aa08c4d2f3c83a9750df9031ffd713385ec1ace1bb368b7559');
INSERT INTO "audit" VALUES(5,1790000000.0,'0cdf3e6bb4f5c5960999d400bd62ac64','user','sign-in','user:0cdf3e6bb4f5c5960999d400bd62ac64','{"address": ""}','a191bffe5ade7507f13aa237ffd246aedf888ee54c8308467305c2a30b8cc8b4');
INSERT INTO "audit" VALUES(6,1790000000.0,'anna','user','purpose.declared','purpose:unique','{"revision": "85bd6e78a0562872"}','cdbeb692e2c6f1fda3822bdcefb2dd05cce19578620d4ead72f4d1d25df1ac95');
INSERT INTO "audit" VALUES(7,1790000000.0,'5830ca2fb25650b47a315181b28648c8','user','purpose.signed','purpose:unique','{"digest": "6f89844e5cec51028cd3f587ff0f37b09d7591dfd6b65cb3d35ef5f6583cd384"}','4c3bf42dacddf6b5d67985baed39515886a8523a4784d33553457277b2cf189a');
INSERT INTO "audit" VALUES(8,1790000120.0,'0cdf3e6bb4f5c5960999d400bd62ac64','user','purpose.signed','purpose:unique','{"digest": "6f89844e5cec51028cd3f587ff0f37b09d7591dfd6b65cb3d35ef5f6583cd384"}','496555cfe2794b4e78f7332028540aaf65e51ec533816c21d66c99de44ce56e6');
CREATE TABLE audit_head (
	id INTEGER NOT NULL, 
	log VARCHAR(120) NOT NULL, 
	size INTEGER NOT NULL, 
	root VARCHAR(64) NOT NULL, 
	time DOUBLE NOT NULL, 
	signature VARCHAR(128) NOT NULL, 
	CONSTRAINT pk_audit_head PRIMARY KEY (id)
);
CREATE TABLE delivery (
	id INTEGER NOT NULL, 
	channel VARCHAR(20) NOT NULL, 
	target VARCHAR(120) NOT NULL, 
	message VARCHAR(100) NOT NULL, 
	kind VARCHAR(60) NOT NULL, 
	body TEXT NOT NULL, 
	created DOUBLE NOT NULL, 
	state VARCHAR(10) NOT NULL, 
	tries INTEGER NOT NULL, 
	next_try DOUBLE NOT NULL, 
	ended DOUBLE, 
	answer TEXT NOT NULL, 
	CONSTRAINT pk_delivery PRIMARY KEY (id), 
	CONSTRAINT uq_delivery_target_message UNIQUE (target, message)
);
CREATE TABLE link (
	hash VARCHAR(64) NOT NULL, 
	purpose VARCHAR(40) NOT NULL, 
	user VARCHAR(32), 
	created DOUBLE NOT NULL, 
	expires DOUBLE, 
	CONSTRAINT pk_link PRIMARY KEY (hash), 
	CONSTRAINT fk_link_user FOREIGN KEY(user) REFERENCES user (id) ON DELETE CASCADE
);
CREATE TABLE purpose_signature (
	digest VARCHAR(64) NOT NULL, 
	user VARCHAR(32) NOT NULL, 
	purpose VARCHAR(40) NOT NULL, 
	time DOUBLE NOT NULL, 
	CONSTRAINT pk_purpose_signature PRIMARY KEY (digest, user)
);
INSERT INTO "purpose_signature" VALUES('6f89844e5cec51028cd3f587ff0f37b09d7591dfd6b65cb3d35ef5f6583cd384','5830ca2fb25650b47a315181b28648c8','unique',1790000000.0);
INSERT INTO "purpose_signature" VALUES('6f89844e5cec51028cd3f587ff0f37b09d7591dfd6b65cb3d35ef5f6583cd384','0cdf3e6bb4f5c5960999d400bd62ac64','unique',1790000120.0);
CREATE TABLE purpose_stop (
	purpose VARCHAR(40) NOT NULL, 
	"by" VARCHAR(32) NOT NULL, 
	time DOUBLE NOT NULL, 
	CONSTRAINT pk_purpose_stop PRIMARY KEY (purpose)
);
CREATE TABLE recovery_code (
	hash VARCHAR(64) NOT NULL, 
	user VARCHAR(32) NOT NULL, 
	CONSTRAINT pk_recovery_code PRIMARY KEY (hash), 
	CONSTRAINT fk_recovery_code_user FOREIGN KEY(user) REFERENCES user (id) ON DELETE CASCADE
);
CREATE TABLE session (
	hash VARCHAR(64) NOT NULL, 
	user VARCHAR(32) NOT NULL, 
	csrf VARCHAR(64) NOT NULL, 
	created DOUBLE NOT NULL, 
	seen DOUBLE NOT NULL, 
	expires DOUBLE NOT NULL, 
	CONSTRAINT pk_session PRIMARY KEY (hash), 
	CONSTRAINT fk_session_user FOREIGN KEY(user) REFERENCES user (id) ON DELETE CASCADE
);
CREATE TABLE setting (
	"key" VARCHAR(60) NOT NULL, 
	value JSON NOT NULL, 
	version INTEGER NOT NULL, 
	changed DOUBLE NOT NULL, 
	CONSTRAINT pk_setting PRIMARY KEY ("key")
);
CREATE TABLE token (
	id VARCHAR(32) NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	label VARCHAR(120) NOT NULL, 
	scopes JSON NOT NULL, 
	user VARCHAR(32) NOT NULL, 
	created DOUBLE NOT NULL, 
	used DOUBLE, 
	expires DOUBLE, 
	CONSTRAINT pk_token PRIMARY KEY (id), 
	CONSTRAINT fk_token_user FOREIGN KEY(user) REFERENCES user (id) ON DELETE CASCADE, 
	CONSTRAINT uq_token_hash UNIQUE (hash)
);
CREATE TABLE tries (
	"key" VARCHAR(64) NOT NULL, 
	failures INTEGER NOT NULL, 
	last DOUBLE NOT NULL, 
	until DOUBLE NOT NULL, 
	CONSTRAINT pk_tries PRIMARY KEY ("key")
);
CREATE TABLE user (
	id VARCHAR(32) NOT NULL, 
	name VARCHAR(120) NOT NULL, 
	"key" VARCHAR(480) NOT NULL, 
	role VARCHAR(40) NOT NULL, 
	password VARCHAR(255), 
	factor VARCHAR(64), 
	factor_new VARCHAR(64), 
	factor_step INTEGER NOT NULL, 
	disabled BOOLEAN NOT NULL, 
	created DOUBLE NOT NULL, 
	seen DOUBLE, 
	CONSTRAINT pk_user PRIMARY KEY (id), 
	CONSTRAINT uq_user_key UNIQUE ("key")
);
INSERT INTO "user" VALUES('5830ca2fb25650b47a315181b28648c8','Ada','ada','administrator','$argon2id$v=19$m=8,t=1,p=1$3iIxR516208MsomlNUMIyQ$XKmi9gmQQS/lNLJt4k1twq7Gw2w4k9O+I9LE4c6GPnw',NULL,NULL,0,0,1790000000.0,1790000000.0);
INSERT INTO "user" VALUES('0cdf3e6bb4f5c5960999d400bd62ac64','Bo','bo','operator','$argon2id$v=19$m=8,t=1,p=1$RExjOnthayEBT+3AqNXo4A$rmDIN6elMdAOM+1oZMFjR/ikDJrBT/42KeXj2LgjLQ8',NULL,NULL,0,0,1790000000.0,1790000000.0);
CREATE INDEX ix_delivery_state_next_try ON delivery (state, next_try);
CREATE INDEX ix_tries_last ON tries (last);
CREATE INDEX ix_link_user ON link (user);
CREATE INDEX ix_recovery_code_user ON recovery_code (user);
CREATE INDEX ix_session_expires ON session (expires);
CREATE INDEX ix_session_user ON session (user);
CREATE INDEX ix_token_user ON token (user);
CREATE INDEX ix_audit_time ON audit (time);
CREATE INDEX ix_audit_head_size ON audit_head (size);
CREATE TRIGGER audit_is_append_only_update
BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is only ever added to'); END;
CREATE TRIGGER audit_is_append_only_delete
BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is only ever added to'); END;
CREATE TRIGGER audit_head_is_append_only_update
BEFORE UPDATE ON audit_head
BEGIN SELECT RAISE(ABORT, 'the audit is only ever added to'); END;
CREATE TRIGGER audit_head_is_append_only_delete
BEFORE DELETE ON audit_head
BEGIN SELECT RAISE(ABORT, 'the audit is only ever added to'); END;
CREATE INDEX ix_purpose_signature_purpose ON purpose_signature (purpose);
COMMIT;
