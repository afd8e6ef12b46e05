#include <string.h>

#include "kiosk/base/text.h"
#include "kiosk/store/internal.h"

static const char sql_get[] = "SELECT training, branch, counter, name_en, name_zh_hk, name_zh_cn, centre, offset_min, "
							  "catalogue_version FROM identity WHERE id = 1";

bool
store_identity_load(struct store *store, struct error *err)
{
	struct store_identity identity = { 0 };
	CLEANUP(query_end) struct query query = query_of(&store->db, sql_get);
	if (!query_row(&query, &identity.provisioned, err))
		return false;
	if (identity.provisioned) {
		identity.training = query_take_bool(&query);
		query_take_text(&query, identity.branch, sizeof(identity.branch));
		query_take_text(&query, identity.counter, sizeof(identity.counter));
		for (size_t i = 0; i < LANGUAGES; i++)
			query_take_text(&query, identity.branch_name[i], sizeof(identity.branch_name[i]));
		query_take_text(&query, identity.centre, sizeof(identity.centre));
		identity.offset_min = (int)query_take_number(&query);
		query_take_text(&query, identity.catalogue_version, sizeof(identity.catalogue_version));
	}
	if (!query_fits(&query, err))
		return false;
	store->identity = identity;
	return true;
}

bool
store_identity(struct store *store, struct store_identity *out, struct error *err)
{
	if (!store_identity_load(store, err))
		return false;
	*out = store->identity;
	return true;
}
