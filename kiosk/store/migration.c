#include "kiosk/store/migration.h"

#include <stdio.h>

/* Several rows may belong to one version: a C string is at most 4095 characters. */
static const struct migration {
	int version;
	const char *sql;
} migrations[] = {
	/* --- 1: who this counter is, audit --- */
	{ 1, "CREATE TABLE meta (" /* one row */
		 " id INTEGER PRIMARY KEY CHECK (id = 1),"
		 " salt BLOB NOT NULL CHECK (length(salt) = 16),"           /* of the key derivation */
		 " key_check BLOB NOT NULL CHECK (length(key_check) = 32)," /* keyed hash of nothing: is this the key? */
		 " audit_count INTEGER NOT NULL,"
		 " audit_head BLOB NOT NULL CHECK (length(audit_head) = 32),"
		 " outbox_from INTEGER NOT NULL DEFAULT 1" /* every packet before this sequence is delivered */
		 ") STRICT;"
		 "CREATE TABLE audit ("
		 " number INTEGER PRIMARY KEY,"
		 " at_ms INTEGER NOT NULL,"
		 " event TEXT NOT NULL CHECK (event <> '' AND length(event) < 160),"
		 " officer TEXT NOT NULL CHECK (length(officer) < 160),"
		 " subject TEXT NOT NULL CHECK (length(subject) < 160),"
		 " detail TEXT NOT NULL CHECK (length(detail) < 160),"
		 " suspect INTEGER NOT NULL CHECK (suspect IN (0, 1)),"
		 " hash BLOB NOT NULL CHECK (length(hash) = 32)"
		 ") STRICT;"
		 "CREATE TRIGGER audit_insert BEFORE INSERT ON audit BEGIN"
		 " SELECT RAISE(ABORT, 'audit: not the next number')"
		 "  WHERE NEW.number IS NOT (SELECT ifnull(max(number), 0) + 1 FROM audit);"
		 " SELECT RAISE(ABORT, 'audit: earlier than the row before')"
		 "  WHERE NEW.at_ms < (SELECT at_ms FROM audit ORDER BY number DESC LIMIT 1);"
		 "END;"
		 "CREATE TRIGGER audit_inserted AFTER INSERT ON audit BEGIN"
		 " UPDATE meta SET audit_count = NEW.number, audit_head = NEW.hash WHERE id = 1;"
		 "END;"
		 "CREATE TRIGGER audit_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit only grows'); END;"
		 "CREATE TRIGGER audit_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit only grows'); END;"
		 "CREATE TRIGGER meta_insert BEFORE INSERT ON meta WHEN EXISTS (SELECT 1 FROM meta) BEGIN"
		 " SELECT RAISE(ABORT, 'meta has one row'); END;"
		 "CREATE TRIGGER meta_delete BEFORE DELETE ON meta BEGIN SELECT RAISE(ABORT, 'meta has one row'); END;"
		 "CREATE TRIGGER meta_update BEFORE UPDATE OF id, salt, key_check, audit_count, audit_head ON meta"
		 " WHEN NEW.id IS NOT OLD.id OR NEW.salt IS NOT OLD.salt OR NEW.key_check IS NOT OLD.key_check"
		 " OR NOT EXISTS (SELECT 1 FROM audit WHERE number = NEW.audit_count AND hash = NEW.audit_head"
		 "  AND number = (SELECT max(number) FROM audit)) BEGIN"
		 " SELECT RAISE(ABORT, 'meta follows the audit log'); END;" },
	{ 1, "CREATE TABLE identity (" /* one row once provisioned */
		 " id INTEGER PRIMARY KEY CHECK (id = 1),"
		 " training INTEGER NOT NULL CHECK (training IN (0, 1)),"
		 " branch TEXT NOT NULL, counter TEXT NOT NULL,"
		 " name_en TEXT NOT NULL, name_zh_hk TEXT NOT NULL, name_zh_cn TEXT NOT NULL,"
		 " centre TEXT NOT NULL, offset_min INTEGER NOT NULL, catalogue_version TEXT NOT NULL"
		 ") STRICT;"
		 "CREATE TRIGGER identity_insert BEFORE INSERT ON identity WHEN EXISTS (SELECT 1 FROM identity) BEGIN"
		 " SELECT RAISE(ABORT, 'a counter is provisioned once'); END;"
		 "CREATE TRIGGER identity_delete BEFORE DELETE ON identity BEGIN"
		 " SELECT RAISE(ABORT, 'a counter is provisioned once'); END;"
		 "CREATE TRIGGER identity_update BEFORE UPDATE OF id, training, branch, counter ON identity BEGIN"
		 " SELECT RAISE(ABORT, 'a counter is provisioned once'); END;"
		 /* PEM as it came (certificates, requests) or sealed (private keys) */
		 "CREATE TABLE material ("
		 " name TEXT PRIMARY KEY, bytes BLOB NOT NULL"
		 ") STRICT, WITHOUT ROWID;"
		 "CREATE TABLE officer ("
		 " number TEXT PRIMARY KEY,"
		 " name BLOB NOT NULL," /* sealed */
		 " role INTEGER NOT NULL CHECK (role IN (0, 1)),"
		 " must_change INTEGER NOT NULL CHECK (must_change IN (0, 1)),"
		 " password TEXT NOT NULL CHECK (password LIKE '$argon2id$%'),"
		 " locked INTEGER NOT NULL DEFAULT 0 CHECK (locked IN (0, 1)),"
		 " last_ms INTEGER NOT NULL DEFAULT 0,"
		 " added_by TEXT NOT NULL CHECK (added_by <> number),"
		 " unlocked_by TEXT NOT NULL DEFAULT '' CHECK (unlocked_by <> number)"
		 ") STRICT, WITHOUT ROWID;"
		 "CREATE TRIGGER officer_insert BEFORE INSERT ON officer"
		 " WHEN EXISTS (SELECT 1 FROM officer WHERE number = NEW.number) BEGIN"
		 " SELECT RAISE(ABORT, 'this staff number is taken'); END;"
		 "CREATE TRIGGER officer_delete BEFORE DELETE ON officer BEGIN"
		 " SELECT RAISE(ABORT, 'officers are never removed'); END;"
		 "CREATE TRIGGER officer_update BEFORE UPDATE OF number, added_by ON officer BEGIN"
		 " SELECT RAISE(ABORT, 'a staff number stays whose it is'); END;"
		 /* Wrong passwords in a row, also for staff numbers that do not exist: by keyed hash, because people type
		  * passwords into the wrong field. */
		 "CREATE TABLE attempt ("
		 " who BLOB PRIMARY KEY, known INTEGER NOT NULL, wrong INTEGER NOT NULL, last_ms INTEGER NOT NULL"
		 ") STRICT, WITHOUT ROWID;" },
	/* --- 1: money --- */
	{ 1, "CREATE TABLE business_day (" /* where a day begins in the tables that only grow */
		 " day TEXT PRIMARY KEY CHECK (day IS date(day)),"
		 " first_posting INTEGER NOT NULL, first_receipt INTEGER NOT NULL,"
		 " cases INTEGER NOT NULL" /* case numbers given so far */
		 ") STRICT, WITHOUT ROWID;"
		 "CREATE TRIGGER business_day_delete BEFORE DELETE ON business_day BEGIN"
		 " SELECT RAISE(ABORT, 'a case number is never given twice'); END;"
		 "CREATE TRIGGER business_day_update BEFORE UPDATE ON business_day"
		 " WHEN NEW.day IS NOT OLD.day OR NEW.cases < OLD.cases BEGIN"
		 " SELECT RAISE(ABORT, 'a case number is never given twice'); END;"
		 /* The ledger. A posting holds its entries, so that it cannot be there without them. */
		 "CREATE TABLE posting ("
		 " id INTEGER PRIMARY KEY,"
		 " kind TEXT NOT NULL CHECK (kind IN ('float', 'fee')),"
		 " ref TEXT NOT NULL," /* till or case number */
		 " officer TEXT NOT NULL,"
		 " till INTEGER NOT NULL,"
		 " day TEXT NOT NULL,"
		 " at_ms INTEGER NOT NULL,"
		 " entries TEXT NOT NULL" /* JSON: {account: cents, ...}; debit > 0, credit < 0 */
		 ") STRICT;"
		 "CREATE TRIGGER posting_insert BEFORE INSERT ON posting BEGIN"
		 " SELECT RAISE(ABORT, 'posting: not the next number')"
		 "  WHERE NEW.id IS NOT (SELECT ifnull(max(id), 0) + 1 FROM posting);"
		 " SELECT CASE WHEN total(typeof(e.key) IS NOT 'text' OR e.key = '' OR e.type IS NOT 'integer'"
		 "   OR e.value = 0 OR e.value NOT BETWEEN -100000000000 AND 100000000000) > 0"
		 "  THEN RAISE(ABORT, 'posting: an entry is not of an account and whole cents')"
		 "  WHEN sum(e.value) IS NOT 0 THEN RAISE(ABORT, 'posting: does not sum to zero')"
		 "  END FROM json_each(NEW.entries) e;"
		 "END;"
		 "CREATE TRIGGER posting_update BEFORE UPDATE ON posting BEGIN"
		 " SELECT RAISE(ABORT, 'the ledger only grows'); END;"
		 "CREATE TRIGGER posting_delete BEFORE DELETE ON posting BEGIN"
		 " SELECT RAISE(ABORT, 'the ledger only grows'); END;"
		 "CREATE VIEW entry AS SELECT p.id AS posting, e.key AS account, e.value AS amount"
		 " FROM posting p, json_each(p.entries) e;" },
	{ 1, "CREATE TABLE till ("
		 " id INTEGER PRIMARY KEY,"
		 " officer TEXT NOT NULL REFERENCES officer (number),"
		 " day TEXT NOT NULL,"
		 " opened_ms INTEGER NOT NULL,"
		 " closed_ms INTEGER,"
		 " opening INTEGER NOT NULL CHECK (opening >= 0)," /* cents */
		 " counts TEXT NOT NULL"                           /* JSON: pieces, largest first */
		 ") STRICT;"
		 "CREATE UNIQUE INDEX till_open ON till (officer) WHERE closed_ms IS NULL;"
		 "CREATE TRIGGER till_insert BEFORE INSERT ON till BEGIN"
		 " SELECT RAISE(ABORT, 'till: not the next number')"
		 "  WHERE NEW.id IS NOT (SELECT ifnull(max(id), 0) + 1 FROM till);"
		 " SELECT RAISE(ABORT, 'this officer has a till open')"
		 "  WHERE EXISTS (SELECT 1 FROM till WHERE officer = NEW.officer AND closed_ms IS NULL);"
		 "END;"
		 "CREATE TRIGGER till_update BEFORE UPDATE ON till WHEN OLD.closed_ms IS NOT NULL OR NEW.id IS NOT OLD.id"
		 " OR NEW.officer IS NOT OLD.officer OR NEW.day IS NOT OLD.day OR NEW.opened_ms IS NOT OLD.opened_ms"
		 " OR NEW.opening IS NOT OLD.opening OR NEW.counts IS NOT OLD.counts BEGIN"
		 " SELECT RAISE(ABORT, 'a till is only closed'); END;"
		 "CREATE TRIGGER till_delete BEFORE DELETE ON till BEGIN SELECT RAISE(ABORT, 'a till is only closed'); END;" },
	/* --- 1: cases --- */
	{ 1, "CREATE TABLE draft (" /* gone for everybody once its application is there; wiped when the counter is idle */
		 " id INTEGER PRIMARY KEY," /* of the case, as in application */
		 " product TEXT NOT NULL, officer TEXT NOT NULL REFERENCES officer (number), step INTEGER NOT NULL,"
		 " held INTEGER NOT NULL CHECK (held IN (0, 1)),"
		 " why TEXT NOT NULL, begun_ms INTEGER NOT NULL, saved_ms INTEGER NOT NULL,"
		 " name BLOB NOT NULL, bytes BLOB NOT NULL" /* sealed */
		 ") STRICT;"
		 "CREATE TRIGGER draft_insert BEFORE INSERT ON draft"
		 " WHEN EXISTS (SELECT 1 FROM application WHERE id = NEW.id) BEGIN"
		 " SELECT RAISE(ABORT, 'this case is committed'); END;"
		 "CREATE TRIGGER draft_update BEFORE UPDATE ON draft"
		 " WHEN NEW.id IS NOT OLD.id OR EXISTS (SELECT 1 FROM application WHERE id = NEW.id) BEGIN"
		 " SELECT RAISE(ABORT, 'this case is committed'); END;"
		 "CREATE TABLE packet (" /* what was sealed to the centre; bytes may go once it has them */
		 " sequence INTEGER PRIMARY KEY,"
		 " id TEXT NOT NULL,"
		 " receipt INTEGER NOT NULL,"
		 " lane INTEGER NOT NULL,"
		 " sha256 BLOB NOT NULL CHECK (length(sha256) = 32),"
		 " created_ms INTEGER NOT NULL,"
		 " audit_count INTEGER NOT NULL," /* the audit log as the packet names it */
		 " audit_head BLOB NOT NULL CHECK (length(audit_head) = 32),"
		 " bytes BLOB"
		 ") STRICT;"
		 "CREATE TABLE delivery (" /* the centre's signed receipts */
		 " sequence INTEGER PRIMARY KEY REFERENCES packet (sequence),"
		 " id TEXT NOT NULL UNIQUE,"
		 " at_ms INTEGER NOT NULL, day TEXT NOT NULL, lane INTEGER NOT NULL, receipt BLOB NOT NULL"
		 ") STRICT;"
		 "CREATE INDEX delivery_day ON delivery (day);"
		 "CREATE INDEX delivery_lane ON delivery (lane, at_ms);"
		 "CREATE TABLE outbox_state (" /* of packets that wait no longer in the plain way */
		 " sequence INTEGER PRIMARY KEY REFERENCES packet (sequence),"
		 " state INTEGER NOT NULL CHECK (state IN (0, 1, 3))," /* enum store_outbox_state */
		 " tries INTEGER NOT NULL, status INTEGER NOT NULL, why TEXT NOT NULL"
		 ") STRICT;"
		 /* A packet waits until its delivery is there, and for no other reason. */
		 "CREATE VIEW outbox AS SELECT p.sequence, p.id, p.receipt, p.lane, p.sha256, p.created_ms,"
		 " ifnull(s.state, 0) AS state, ifnull(s.tries, 0) AS tries, ifnull(s.status, 0) AS status,"
		 " ifnull(s.why, '') AS why FROM packet p LEFT JOIN outbox_state s ON s.sequence = p.sequence"
		 " WHERE p.sequence >= (SELECT outbox_from FROM meta)"
		 " AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.sequence = p.sequence);" },
	{ 1, "CREATE TRIGGER packet_insert BEFORE INSERT ON packet BEGIN"
		 " SELECT RAISE(ABORT, 'packet: not the next sequence')"
		 "  WHERE NEW.sequence IS NOT (SELECT ifnull(max(sequence), 0) + 1 FROM packet);"
		 " SELECT RAISE(ABORT, 'a packet id is made once') WHERE EXISTS (SELECT 1 FROM delivery WHERE id = NEW.id)"
		 "  OR EXISTS (SELECT 1 FROM packet WHERE sequence > NEW.sequence - 64 AND id = NEW.id);"
		 " SELECT RAISE(ABORT, 'packet: empty') WHERE ifnull(length(NEW.bytes), 0) = 0;"
		 "END;"
		 "CREATE TRIGGER packet_update BEFORE UPDATE ON packet"
		 " WHEN NEW.sequence IS NOT OLD.sequence OR NEW.id IS NOT OLD.id OR NEW.receipt IS NOT OLD.receipt"
		 " OR NEW.lane IS NOT OLD.lane OR NEW.sha256 IS NOT OLD.sha256 OR NEW.created_ms IS NOT OLD.created_ms"
		 " OR NEW.audit_count IS NOT OLD.audit_count OR NEW.audit_head IS NOT OLD.audit_head OR NEW.bytes IS NOT NULL"
		 " OR NOT EXISTS (SELECT 1 FROM delivery WHERE sequence = OLD.sequence) BEGIN"
		 " SELECT RAISE(ABORT, 'a packet stays as it is until the centre has it'); END;"
		 "CREATE TRIGGER packet_delete BEFORE DELETE ON packet BEGIN"
		 " SELECT RAISE(ABORT, 'a packet stays as it is until the centre has it'); END;"
		 "CREATE TRIGGER delivery_insert BEFORE INSERT ON delivery"
		 " WHEN EXISTS (SELECT 1 FROM delivery WHERE sequence = NEW.sequence OR id = NEW.id)"
		 " OR length(NEW.receipt) = 0"
		 " OR NOT EXISTS (SELECT 1 FROM packet WHERE sequence = NEW.sequence AND id = NEW.id) BEGIN"
		 " SELECT RAISE(ABORT, 'delivery: nothing waits for this receipt'); END;"
		 "CREATE TRIGGER delivery_inserted AFTER INSERT ON delivery BEGIN"
		 " DELETE FROM outbox_state WHERE sequence = NEW.sequence;"
		 " UPDATE meta SET outbox_from = ifnull((SELECT p.sequence FROM packet p WHERE p.sequence >= outbox_from"
		 "  AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.sequence = p.sequence) ORDER BY p.sequence LIMIT 1),"
		 "  (SELECT max(sequence) + 1 FROM packet)) WHERE id = 1;"
		 "END;"
		 "CREATE TRIGGER delivery_update BEFORE UPDATE ON delivery BEGIN"
		 " SELECT RAISE(ABORT, 'receipts only grow'); END;"
		 "CREATE TRIGGER delivery_delete BEFORE DELETE ON delivery BEGIN"
		 " SELECT RAISE(ABORT, 'receipts only grow'); END;"
		 "CREATE TRIGGER meta_outbox BEFORE UPDATE OF outbox_from ON meta"
		 " WHEN NEW.outbox_from < OLD.outbox_from OR EXISTS (SELECT 1 FROM packet p WHERE p.sequence >= OLD.outbox_from"
		 "  AND p.sequence < NEW.outbox_from AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.sequence = p.sequence))"
		 " OR NEW.outbox_from > (SELECT ifnull(max(sequence), 0) + 1 FROM packet) BEGIN"
		 " SELECT RAISE(ABORT, 'a packet that waits stays in the outbox'); END;" },
	{ 1, "CREATE TABLE application ("
		 " id INTEGER PRIMARY KEY,"                                 /* of the case: date and number, 26112500047 */
		 " hkid_hash BLOB NOT NULL CHECK (length(hkid_hash) = 32)," /* keyed */
		 " day TEXT NOT NULL,"
		 " case_number TEXT NOT NULL,"
		 " receipt INTEGER NOT NULL," /* made by this row */
		 " posting INTEGER,"          /* NULL only if nothing was to pay */
		 " audit INTEGER NOT NULL,"
		 " packet INTEGER NOT NULL,"
		 " officer TEXT NOT NULL, till INTEGER NOT NULL,"
		 " at_ms INTEGER NOT NULL, begun_ms INTEGER NOT NULL,"
		 " total INTEGER NOT NULL CHECK (total >= 0)," /* cents */
		 " product TEXT NOT NULL,"                     /* of the first line */
		 " form TEXT NOT NULL, form_revision TEXT NOT NULL, form_barcode TEXT NOT NULL,"
		 " catalogue_version TEXT NOT NULL,"
		 " card_generation INTEGER NOT NULL,"
		 " checks TEXT NOT NULL," /* JSON */
		 " declaration TEXT NOT NULL, declaration_version TEXT NOT NULL,"
		 " declaration_sha256 BLOB NOT NULL CHECK (length(declaration_sha256) = 32),"
		 " declaration_language TEXT NOT NULL, declaration_on_paper INTEGER NOT NULL, declaration_at_ms INTEGER NOT "
		 "NULL,"
		 " fee TEXT NOT NULL, payment TEXT NOT NULL," /* JSON */
		 " hkid BLOB NOT NULL, surname BLOB NOT NULL, given BLOB NOT NULL, chinese BLOB NOT NULL, title BLOB NOT NULL,"
		 " birth BLOB NOT NULL, phone BLOB NOT NULL, cert_email BLOB NOT NULL, contact_email BLOB NOT NULL,"
		 " address BLOB NOT NULL" /* these ten are sealed */
		 ") STRICT;" },
	{ 1,
		"CREATE TABLE line (" /* request lines of an application, 1..n */
		" application INTEGER NOT NULL,"
		" n INTEGER NOT NULL CHECK (n >= 1),"
		" product TEXT NOT NULL, form_section TEXT NOT NULL, term_months INTEGER NOT NULL, medium TEXT NOT NULL,"
		" token_serial TEXT NOT NULL, pin_route TEXT NOT NULL, pin_envelope TEXT NOT NULL, release TEXT NOT NULL,"
		" state TEXT NOT NULL CHECK (state IN ('committed', 'issued', 'refunded')),"
		" PRIMARY KEY (application, n)"
		") STRICT, WITHOUT ROWID;"
		"CREATE TABLE receipt ("
		" number INTEGER PRIMARY KEY,"
		" application INTEGER NOT NULL,"
		" day TEXT NOT NULL, at_ms INTEGER NOT NULL, officer TEXT NOT NULL, total INTEGER NOT NULL"
		") STRICT;"
		"CREATE TABLE receipt_copy ("
		" receipt INTEGER NOT NULL REFERENCES receipt (number),"
		" copy INTEGER NOT NULL CHECK (copy >= 1),"
		" at_ms INTEGER NOT NULL, officer TEXT NOT NULL REFERENCES officer (number),"
		" PRIMARY KEY (receipt, copy)"
		") STRICT, WITHOUT ROWID;"
		"CREATE TRIGGER application_insert BEFORE INSERT ON application BEGIN"
		" SELECT RAISE(ABORT, 'application: this case is committed')"
		"  WHERE NEW.id IS NULL OR NEW.id < 1 OR EXISTS (SELECT 1 FROM application WHERE id = NEW.id);"
		" SELECT RAISE(ABORT, 'application: the ledger does not hold its fee') WHERE NOT"
		"  ((NEW.total = 0 AND NEW.posting IS NULL) OR (EXISTS (SELECT 1 FROM posting WHERE id = NEW.posting"
		"   AND kind = 'fee' AND ref = NEW.case_number AND till = NEW.till AND officer = NEW.officer AND day = NEW.day)"
		"   AND NEW.total IS (SELECT sum(e.value) FROM posting p, json_each(p.entries) e"
		"    WHERE p.id = NEW.posting AND e.value > 0)));"
		" SELECT RAISE(ABORT, 'application: no audit row') WHERE NOT EXISTS (SELECT 1 FROM audit"
		"  WHERE number = NEW.audit AND event = 'case-accepted' AND subject = NEW.case_number);"
		" SELECT RAISE(ABORT, 'application: no packet') WHERE NOT EXISTS (SELECT 1 FROM packet"
		"  WHERE sequence = NEW.packet AND receipt = NEW.receipt);"
		" SELECT RAISE(ABORT, 'application: no open till of this officer') WHERE NOT EXISTS (SELECT 1 FROM till"
		"  WHERE id = NEW.till AND officer = NEW.officer AND closed_ms IS NULL);"
		"END;"
		"CREATE TRIGGER application_inserted AFTER INSERT ON application BEGIN"
		" INSERT INTO receipt (number, application, day, at_ms, officer, total)"
		"  VALUES (NEW.receipt, NEW.id, NEW.day, NEW.at_ms, NEW.officer, NEW.total);"
		"END;" },
	{ 1, "CREATE TRIGGER application_update BEFORE UPDATE ON application BEGIN"
		 " SELECT RAISE(ABORT, 'a committed case stays as it is'); END;"
		 "CREATE TRIGGER application_delete BEFORE DELETE ON application BEGIN"
		 " SELECT RAISE(ABORT, 'a committed case stays as it is'); END;"
		 "CREATE TRIGGER line_insert BEFORE INSERT ON line"
		 " WHEN NEW.n IS NOT (SELECT ifnull(max(n), 0) + 1 FROM line WHERE application = NEW.application)"
		 " OR NOT EXISTS (SELECT 1 FROM application WHERE id = NEW.application) BEGIN"
		 " SELECT RAISE(ABORT, 'line: not the next of its application'); END;"
		 "CREATE TRIGGER line_update BEFORE UPDATE ON line"
		 " WHEN NEW.application IS NOT OLD.application OR NEW.n IS NOT OLD.n OR NEW.product IS NOT OLD.product"
		 " OR NEW.term_months IS NOT OLD.term_months OR NEW.medium IS NOT OLD.medium BEGIN"
		 " SELECT RAISE(ABORT, 'only state and medium number of a line change'); END;"
		 "CREATE TRIGGER line_delete BEFORE DELETE ON line BEGIN"
		 " SELECT RAISE(ABORT, 'a committed case stays as it is'); END;"
		 "CREATE TRIGGER receipt_insert BEFORE INSERT ON receipt BEGIN"
		 " SELECT RAISE(ABORT, 'receipt: not the next number')"
		 "  WHERE NEW.number IS NOT (SELECT ifnull(max(number), 0) + 1 FROM receipt);"
		 " SELECT RAISE(ABORT, 'receipt: no such application') WHERE NOT EXISTS (SELECT 1 FROM application"
		 "  WHERE id = NEW.application AND receipt = NEW.number AND day = NEW.day AND total = NEW.total);"
		 "END;"
		 "CREATE TRIGGER receipt_update BEFORE UPDATE ON receipt BEGIN SELECT RAISE(ABORT, 'receipts only grow'); END;"
		 "CREATE TRIGGER receipt_delete BEFORE DELETE ON receipt BEGIN SELECT RAISE(ABORT, 'receipts only grow'); END;"
		 "CREATE TRIGGER receipt_copy_insert BEFORE INSERT ON receipt_copy"
		 " WHEN NEW.copy IS NOT (SELECT ifnull(max(copy), 0) + 1 FROM receipt_copy WHERE receipt = NEW.receipt)"
		 " OR NOT EXISTS (SELECT 1 FROM receipt WHERE number = NEW.receipt) BEGIN"
		 " SELECT RAISE(ABORT, 'copy: not the next of its receipt'); END;"
		 "CREATE TRIGGER receipt_copy_update BEFORE UPDATE ON receipt_copy BEGIN"
		 " SELECT RAISE(ABORT, 'receipts only grow'); END;"
		 "CREATE TRIGGER receipt_copy_delete BEFORE DELETE ON receipt_copy BEGIN"
		 " SELECT RAISE(ABORT, 'receipts only grow'); END;" },
	/* --- 2: a suspect clock stays so until a supervisor's release, the one row that may be earlier --- */
	{ 2, "DROP TRIGGER audit_insert;"
		 "CREATE TRIGGER audit_insert BEFORE INSERT ON audit BEGIN"
		 " SELECT RAISE(ABORT, 'audit: not the next number')"
		 "  WHERE NEW.number IS NOT (SELECT ifnull(max(number), 0) + 1 FROM audit);"
		 " SELECT CASE"
		 "   WHEN NEW.event = 'clock-released' AND (NEW.suspect OR NOT a.suspect OR NOT EXISTS (SELECT 1 FROM officer"
		 "    WHERE number = NEW.officer AND role = 1 AND locked = 0))"
		 "   THEN RAISE(ABORT, 'audit: a supervisor releases a clock that is suspect')"
		 "   WHEN NEW.event <> 'clock-released' AND NEW.at_ms < a.at_ms"
		 "   THEN RAISE(ABORT, 'audit: earlier than the row before')"
		 "   WHEN NEW.event <> 'clock-released' AND a.suspect AND NOT NEW.suspect"
		 "   THEN RAISE(ABORT, 'audit: the clock was not released')"
		 "  END FROM audit a WHERE a.number = NEW.number - 1;"
		 "END;" },
	/* --- 3: which receipts are on paper; of those made before, all are taken to be --- */
	{ 3, "CREATE TABLE receipt_print ("
		 " receipt INTEGER PRIMARY KEY,"
		 " at_ms INTEGER NOT NULL, officer TEXT NOT NULL"
		 ") STRICT;"
		 "INSERT INTO receipt_print SELECT number, at_ms, officer FROM receipt;"
		 "CREATE TRIGGER receipt_print_insert BEFORE INSERT ON receipt_print"
		 " WHEN EXISTS (SELECT 1 FROM receipt_print WHERE receipt = NEW.receipt)"
		 " OR NOT EXISTS (SELECT 1 FROM receipt WHERE number = NEW.receipt) BEGIN"
		 " SELECT RAISE(ABORT, 'a receipt is printed once; then come copies'); END;"
		 "CREATE TRIGGER receipt_print_update BEFORE UPDATE ON receipt_print BEGIN"
		 " SELECT RAISE(ABORT, 'receipts only grow'); END;"
		 "CREATE TRIGGER receipt_print_delete BEFORE DELETE ON receipt_print BEGIN"
		 " SELECT RAISE(ABORT, 'receipts only grow'); END;"
		 "CREATE TRIGGER receipt_copy_after BEFORE INSERT ON receipt_copy"
		 " WHEN NOT EXISTS (SELECT 1 FROM receipt_print WHERE receipt = NEW.receipt) BEGIN"
		 " SELECT RAISE(ABORT, 'copy: the receipt itself is not printed yet'); END;" },
	/* --- 4: stock by serial: what an item is now is the last row of what happened to it --- */
	{ 4, "CREATE TABLE stock_change ("
		 " number INTEGER PRIMARY KEY,"
		 " kind TEXT NOT NULL CHECK (kind IN ('token', 'envelope')),"
		 " brand TEXT NOT NULL CHECK (length(brand) < 16 AND (brand <> '') = (kind = 'token')),"
		 " serial TEXT NOT NULL CHECK (length(serial) BETWEEN 1 AND 24 AND serial NOT GLOB '*[^0-9A-Z]*'),"
		 " state TEXT NOT NULL CHECK (state IN ('in', 'bound', 'awaiting', 'ready', 'given', 'spoiled', 'lost')),"
		 " reason TEXT NOT NULL CHECK (length(reason) < 16 AND (reason <> '') = (state IN ('spoiled', 'lost'))),"
		 " application INTEGER," /* the case that it is with, or was when it was spoiled */
		 " line INTEGER CHECK ((line IS NULL) = (application IS NULL) AND line >= 1),"
		 " officer TEXT NOT NULL, at_ms INTEGER NOT NULL,"
		 " audit INTEGER NOT NULL"
		 ") STRICT;"
		 "CREATE INDEX stock_item ON stock_change (kind, brand, serial, number);"
		 "CREATE INDEX stock_line ON stock_change (application, line) WHERE application IS NOT NULL;"
		 "CREATE VIEW stock AS SELECT c.* FROM stock_change c WHERE NOT EXISTS (SELECT 1 FROM stock_change n"
		 " WHERE n.kind = c.kind AND n.brand = c.brand AND n.serial = c.serial AND n.number > c.number);"
		 "CREATE TABLE stock_way (was TEXT NOT NULL, state TEXT NOT NULL, PRIMARY KEY (was, state)) STRICT, WITHOUT "
		 "ROWID;"
		 "INSERT INTO stock_way VALUES ('', 'in'), ('in', 'bound'), ('bound', 'in'), ('bound', 'awaiting'),"
		 " ('bound', 'ready'), ('awaiting', 'ready'), ('ready', 'given'), ('in', 'spoiled'), ('bound', 'spoiled'),"
		 " ('awaiting', 'spoiled'), ('ready', 'spoiled'), ('lost', 'spoiled'), ('in', 'lost'), ('bound', 'lost'),"
		 " ('awaiting', 'lost'), ('ready', 'lost');" },
	{ 4,
		"CREATE TRIGGER stock_insert BEFORE INSERT ON stock_change BEGIN"
		" SELECT RAISE(ABORT, 'stock: not the next number')"
		"  WHERE NEW.number IS NOT (SELECT ifnull(max(number), 0) + 1 FROM stock_change);"
		" SELECT RAISE(ABORT, 'stock: an item does not go that way') WHERE NOT EXISTS (SELECT 1 FROM stock_way"
		"  WHERE was = ifnull((SELECT state FROM stock WHERE kind = NEW.kind AND brand = NEW.brand"
		"   AND serial = NEW.serial), '') AND state = NEW.state);"
		" SELECT RAISE(ABORT, 'stock: not the case of this item') WHERE CASE NEW.state"
		"  WHEN 'in' THEN NEW.application IS NOT NULL"
		"  WHEN 'bound' THEN NEW.application IS NULL"
		"  ELSE NEW.application IS NOT (SELECT application FROM stock WHERE kind = NEW.kind AND brand = NEW.brand"
		"   AND serial = NEW.serial) OR NEW.line IS NOT (SELECT line FROM stock WHERE kind = NEW.kind"
		"   AND brand = NEW.brand AND serial = NEW.serial) END;"
		" SELECT RAISE(ABORT, 'stock: this line has an item') WHERE NEW.state = 'bound' AND EXISTS (SELECT 1 FROM stock"
		"  WHERE application = NEW.application AND line = NEW.line AND kind = NEW.kind"
		"  AND state NOT IN ('spoiled', 'lost'));"
		" SELECT RAISE(ABORT, 'stock: no such case') WHERE NEW.state IN ('bound', 'awaiting', 'ready', 'given')"
		"  AND NOT EXISTS (SELECT 1 FROM application WHERE id = NEW.application)"
		"  AND NOT (NEW.state = 'bound' AND EXISTS (SELECT 1 FROM draft WHERE id = NEW.application));"
		" SELECT RAISE(ABORT, 'stock: no audit row') WHERE NOT EXISTS (SELECT 1 FROM audit"
		"  WHERE number = NEW.audit AND number = (SELECT audit_count FROM meta) AND event = 'stock-' || NEW.state"
		"  AND officer = NEW.officer AND (subject = NEW.serial OR NEW.state = 'in'));"
		"END;"
		"CREATE TRIGGER stock_update BEFORE UPDATE ON stock_change BEGIN"
		" SELECT RAISE(ABORT, 'what happened to an item stays'); END;"
		"CREATE TRIGGER stock_delete BEFORE DELETE ON stock_change BEGIN"
		" SELECT RAISE(ABORT, 'what happened to an item stays'); END;"
		"CREATE TRIGGER stock_way_insert BEFORE INSERT ON stock_way BEGIN"
		" SELECT RAISE(ABORT, 'the ways of an item are fixed'); END;"
		"CREATE TRIGGER stock_way_update BEFORE UPDATE ON stock_way BEGIN"
		" SELECT RAISE(ABORT, 'the ways of an item are fixed'); END;"
		"CREATE TRIGGER stock_way_delete BEFORE DELETE ON stock_way BEGIN"
		" SELECT RAISE(ABORT, 'the ways of an item are fixed'); END;" },
};

#define COUNT  (sizeof(migrations) / sizeof(migrations[0]))
#define NEWEST 4

_Static_assert(NEWEST == 4, "the last version in the table");

bool
migration_check(struct database *db, struct error *err)
{
	int64_t version = 0, application = 0, tables = 0;
	if (!database_number(db, "PRAGMA user_version", &version, err) ||
		!database_number(db, "PRAGMA application_id", &application, err) ||
		!database_number(db, "SELECT count(*) FROM sqlite_schema", &tables, err))
		return false;
	if (tables == 0 && version == 0)
		return true;
	if (application != MIGRATION_APPLICATION || version < 1)
		return error_set(err, ERROR_INVALID, "store: this file is not a counter's store");
	if (version > NEWEST)
		return error_set(
			err, ERROR_REFUSED, "store: made by a newer program (version %d; this one knows %d)", (int)version, NEWEST);
	return true;
}

static bool
apply(struct database *db, int version, migration_birth_fn birth, void *self, struct error *err)
{
	char mark[96];
	for (size_t i = 0; i < COUNT; i++)
		if (migrations[i].version == version && !database_run(db, migrations[i].sql, err))
			return false;
	(void)snprintf(
		mark, sizeof(mark), "PRAGMA application_id = %d; PRAGMA user_version = %d", MIGRATION_APPLICATION, version);
	return database_run(db, mark, err) && (version != 1 || birth(self, err));
}

bool
migration_run(struct database *db, migration_birth_fn birth, void *self, struct error *err)
{
	int64_t version = 0;
	if (!database_number(db, "PRAGMA user_version", &version, err))
		return false;
	for (int next = (int)version + 1; next <= NEWEST; next++) {
		if (!database_begin(db, err) || !database_finish(db, apply(db, next, birth, self, err), err))
			return error_in(err, "migration %d", next);
	}
	return true;
}
